import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminApi, adminApi, createClient, createTenant, type TestClient } from '../harness/admin-api.ts'
import { type Service, startService } from '../harness/service.ts'
import { askToken, claimsIn, claimsOf, expectRefusal, type TokenCall, tokenIn } from './token-calls.ts'
import { send, type WireAnswer } from './wire.ts'

interface TenantAnswer {
  readonly name: string
  readonly issuer: string
  readonly account_id: string
}

/** INTERFACES, the table of dialects: every path that names no account, and the scope it grants by itself. */
const table = [
  ['iceberg', '/v1/oauth/tokens', 'catalog'],
  ['iceberg', '/api/v1/oauth/tokens', 'catalog'],
  ['iceberg', '/iceberg/v1/oauth/tokens', 'catalog'],
  ['iceberg', '/polaris/v1/oauth/tokens', 'catalog'],
  ['iceberg', '/deep/er/v1/oauth/tokens', 'catalog'],
  ['polaris', '/api/catalog/v1/oauth/tokens', undefined],
  ['databricks', '/oidc/v1/token', 'all-apis'],
  ['dremio', '/oauth/token', 'dremio.all'],
  ['plain', '/oauth2/token', undefined],
] as const

const paths = table.map(([, path]) => path)
const realmHeader = 'Polaris-Realm'
const polarisEnvelope = '{"error":{"message":"Missing or invalid realm","type":"MissingOrInvalidRealm","code":404}}'

describe('dialects and tenants', { timeout: 60_000 }, () => {
  let service: Service
  let api: AdminApi
  let client: TestClient
  /** A tenant with a host, a workspace with a host of its own, and a client of each kind. */
  let hosted: TenantAnswer
  let member: TestClient
  let assigned: TestClient
  const host = 'tokens.hosted.example'
  const workspaceHost = 'ws.hosted.example:8443'
  const workspaceAudience = 'https://ws.hosted.example'

  beforeAll(async () => {
    service = await startService({ env: { CHANCERY_TOKEN_PREFIXES: '/polaris,/deep/er' } })
    api = adminApi(service.quickstart)
    client = await createClient(api, 'default')
    hosted = await api.create('tenants', { name: 'hosted', hosts: [host], account_id: 'acc-1' })
    await api.create('tenants/hosted/workspaces', { name: 'ws', audience: workspaceAudience, hosts: [workspaceHost] })
    member = await createClient(api, 'hosted')
    assigned = await createClient(api, 'hosted', { workspaces: ['ws'] })
  }, 120_000)

  afterAll(() => service.stop())

  const as = (one: TestClient) => ({ client_id: one.client_id, client_secret: one.secret })
  const ask = (one: TestClient, { fields = {}, ...call }: TokenCall): Promise<WireAnswer> => {
    const scope = /api\/+catalog/.test(call.path ?? '') ? { scope: 'PRINCIPAL_ROLE:ALL' } : {}
    return askToken(service.quickstart.base_url, { ...call, fields: { ...as(one), ...scope, ...fields } })
  }
  const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<WireAnswer> =>
    send(service.quickstart.base_url, { method: 'GET', path, headers })
  const expectProblem = (answer: WireAnswer, status: number): void => {
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status })
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(JSON.parse(answer.text)).toMatchObject({ status, code: expect.stringMatching(/^[a-z_]+$/) })
  }

  test.each(table.filter(([dialect]) => dialect !== 'polaris'))('%s at %s grants %j by itself', async (_dialect, path, defaultScope) => {
    for (const scope of [{}, { scope: '' }]) {
      const answer = await askToken(service.quickstart.base_url, { path, fields: { ...as(client), ...scope } })
      expect(tokenIn(answer).scope).toBe(defaultScope)
    }
  })

  describe.each(table)('%s at %s', (_dialect, path) => {
    test('is served bare, below the tenant, by host and by header, always for the same issuer', async () => {
      expect(claimsOf(await ask(client, { path }))).toMatchObject({ tid: 'default', iss: service.quickstart.issuer })
      const places: TokenCall[] = [
        { path: `/t/hosted${path}` },
        { path, headers: { host } },
        { path, headers: { host: `${host}:9999` } },
        { path, headers: { host: host.toUpperCase() } },
        { path, headers: { [realmHeader]: 'hosted' } },
        { path, headers: { 'polaris-realm': 'hosted', host: 'catalog.elsewhere.example' } },
        { path: `/t/hosted${path}`, headers: { [realmHeader]: 'hosted', host } },
      ]
      for (const place of places) expect(claimsOf(await ask(member, place))).toMatchObject({ tid: 'hosted', iss: hosted.issuer })
    })

    test('is served with doubled and trailing slashes', async () => {
      for (const other of [`/${path}`, `${path}/`, path.replaceAll('/', '//'), `//${path}//`]) {
        expect(claimsOf(await ask(client, { path: other }))).toMatchObject({ tid: 'default' })
        expect(claimsOf(await ask(member, { path: `/t/hosted/${other}` }))).toMatchObject({ tid: 'hosted' })
      }
    })

    test('knows only its own tenant', async () => {
      expectRefusal(await ask(member, { path }), 401, 'invalid_client')
      expectRefusal(await ask(client, { path: `/t/hosted${path}` }), 401, 'invalid_client')
      expectRefusal(await ask(client, { path, headers: { [realmHeader]: 'hosted' } }), 401, 'invalid_client')
      expectRefusal(await ask(client, { path, headers: { host } }), 401, 'invalid_client')
    })

    test('refuses two tenants in one request', async () => {
      expectRefusal(await ask(client, { path: `/t/default${path}`, headers: { [realmHeader]: 'hosted' } }), 400, 'invalid_request')
      expectRefusal(await ask(client, { path: `/t/default${path}`, headers: { host } }), 400, 'invalid_request')
      expectRefusal(await ask(client, { path, headers: { [realmHeader]: 'default', host } }), 400, 'invalid_request')
    })

    test('answers 404 to a tenant that nobody knows: to a realm as Polaris does, to a path or a host in the OAuth form', async () => {
      for (const realm of ['nobody', 'DEFAULT', '__proto__', '../default', '', 'default, default']) {
        const answer = await ask(client, { path, headers: { [realmHeader]: realm } })
        expect(answer).toMatchObject({ status: 404, text: polarisEnvelope, headers: { 'cache-control': 'no-store' } })
      }
      for (const name of ['nobody', 'Default', '__proto__', '%00', 'default%20', 'x'.repeat(256)]) {
        expectRefusal(await ask(client, { path: `/t/${name}${path}` }), 404, 'invalid_request')
      }
      expectRefusal(await ask(client, { path, headers: { host: 'nobody.example' } }), 404, 'invalid_request')
    })
  })

  test.each([
    '/v1/oauth/token',
    '/oauth/tokens',
    '/V1/OAUTH/TOKENS',
    '/api/catalog/oauth/tokens',
    '/other/v1/oauth/tokens',
    '/t/default',
    '/oauth2',
  ])('nothing is served at %s', async (path) => {
    expectProblem(await ask(client, { path }), 404)
  })

  describe('the scope of Polaris', () => {
    const path = '/api/catalog/v1/oauth/tokens'

    test.each([
      '',
      ' ',
      ',',
      'ALL',
      'catalog',
      'PRINCIPAL_ROLE:',
      'PRINCIPAL_ROLE',
      'principal_role:ALL',
      ' PRINCIPAL_ROLE:ALL',
      'PRINCIPAL_ROLE:ALL ',
      '\tPRINCIPAL_ROLE:ALL\t',
      'PRINCIPAL_ROLE:ONE  PRINCIPAL_ROLE:TWO',
      'PRINCIPAL_ROLE:ONE\tPRINCIPAL_ROLE:TWO',
      'PRINCIPAL_ROLE:ONE,PRINCIPAL_ROLE:TWO catalog',
      'PRINCIPAL_ROLE:ALL catalog',
      'PRINCIPAL_ROLE:ALL offline_access',
    ])('is not %j, and the refusal says which to send', async (scope) => {
      const answer = await ask(client, { path, fields: { scope } })
      expect(expectRefusal(answer, 400, 'invalid_scope')).toContain('PRINCIPAL_ROLE:ALL')
    })

    test.each([
      ['PRINCIPAL_ROLE:ALL', 'PRINCIPAL_ROLE:ALL'],
      ['PRINCIPAL_ROLE:ONE PRINCIPAL_ROLE:TWO', 'PRINCIPAL_ROLE:ONE PRINCIPAL_ROLE:TWO'],
      ['PRINCIPAL_ROLE:ALL PRINCIPAL_ROLE:ALL', 'PRINCIPAL_ROLE:ALL'],
    ])('may be %j', async (scope, granted) => {
      expect(tokenIn(await ask(client, { path, fields: { scope } })).scope).toBe(granted)
    })

    test('activates the roles it names, of those that the principal has', async () => {
      const roles = await createClient(api, 'default', { roles: ['engineer', 'analyst'] })
      const active = async (scope: string) => claimsOf(await ask(roles, { path, fields: { scope } })).roles
      expect([...(await active('PRINCIPAL_ROLE:ALL'))].sort()).toEqual(['analyst', 'engineer'])
      expect(await active('PRINCIPAL_ROLE:analyst')).toEqual(['analyst'])
      expect(await active('PRINCIPAL_ROLE:analyst PRINCIPAL_ROLE:owner')).toEqual(['analyst'])
      expect(await active('PRINCIPAL_ROLE:owner')).toEqual([])
    })
  })

  describe('the account of Databricks', () => {
    const path = '/oidc/accounts/acc-1/v1/token'

    test('is found by its id alone, by tenant and by host, and is the audience of its tokens', async () => {
      const places: TokenCall[] = [
        { path },
        { path: `/t/hosted${path}` },
        { path, headers: { host } },
        { path, headers: { [realmHeader]: 'hosted' } },
      ]
      for (const place of places) {
        const token = tokenIn(await ask(member, place))
        expect(token.scope).toBe('all-apis')
        expect(claimsIn(token.access_token)).toMatchObject({ tid: 'hosted', iss: hosted.issuer, aud: 'acc-1' })
      }
      expect(claimsOf(await ask(assigned, { path, headers: { host: workspaceHost } }))).toMatchObject({ aud: 'acc-1' })
    })

    test('has an id of its own when none was given', async () => {
      const tenant = await createTenant(api)
      const { body } = await api.call<TenantAnswer>('GET', `tenants/${tenant}`)
      const own = await createClient(api, tenant)
      expect(claimsOf(await ask(own, { path: `/oidc/accounts/${body.account_id}/v1/token` }))).toMatchObject({
        tid: tenant,
        aud: body.account_id,
      })
    })

    test('is refused beside another tenant, and 404 when nobody has it', async () => {
      expectRefusal(await ask(member, { path: `/t/default${path}` }), 400, 'invalid_request')
      expectRefusal(await ask(member, { path, headers: { [realmHeader]: 'default' } }), 400, 'invalid_request')
      for (const account of ['nobody', 'ACC-1', '__proto__', '%2e%2e']) {
        expectRefusal(await ask(member, { path: `/oidc/accounts/${account}/v1/token` }), 404, 'invalid_request')
      }
      expectProblem(await get('/oidc/accounts/nobody/.well-known/oauth-authorization-server'), 404)
    })
  })

  describe('the host of a workspace', () => {
    test('is the way to its audience for those assigned to it', async () => {
      for (const path of paths) {
        const claims = claimsOf(await ask(assigned, { path, headers: { host: workspaceHost } }))
        expect(claims).toMatchObject({ tid: 'hosted', iss: hosted.issuer, aud: workspaceAudience, wid: expect.any(String) })
      }
      const named = await ask(assigned, { path: '/t/hosted/oauth2/token', headers: { host: workspaceHost } })
      expect(claimsOf(named)).toMatchObject({ aud: workspaceAudience })
    })

    test('refuses those who are not', async () => {
      expectRefusal(await ask(member, { headers: { host: workspaceHost } }), 400, 'invalid_request')
      expectRefusal(await ask(client, { headers: { host: workspaceHost } }), 401, 'invalid_client')
    })

    test('refuses them from the moment they are no longer', async () => {
      const leaving = await createClient(api, 'hosted', { workspaces: ['ws'] })
      expect(claimsOf(await ask(leaving, { headers: { host: workspaceHost } }))).toMatchObject({ aud: workspaceAudience })
      expect(await api.call('PATCH', `tenants/hosted/principals/${leaving.id}`, { workspaces: [] })).toMatchObject({ status: 200 })
      expectRefusal(await ask(leaving, { headers: { host: workspaceHost } }), 400, 'invalid_request')
      expect(claimsOf(await ask(leaving, { headers: { host } }))).not.toHaveProperty('wid')
    })
  })

  test('two tenants with equal names for everything stay apart', async () => {
    const tenants = [await createTenant(api), await createTenant(api)]
    const value = 'the-same-imported-secret'
    const clients = await Promise.all(
      tenants.map(async (tenant) => {
        const one = await createClient(api, tenant, { roles: ['engineer'] })
        await api.create(`tenants/${tenant}/principals/${one.id}/secrets`, { value })
        return { ...one, tenant }
      }),
    )
    for (const one of clients) {
      for (const { tenant } of clients) {
        const answer = await askToken(service.quickstart.base_url, {
          path: `/t/${tenant}/oauth2/token`,
          fields: { client_id: one.client_id, client_secret: value },
        })
        expect(answer.status).toBe(tenant === one.tenant ? 200 : 401)
      }
    }
  })

  test('a token of one tenant opens nothing in another', async () => {
    const administrator = await createClient(api, 'hosted', { roles: ['administrator'] })
    const { access_token } = tokenIn(await ask(administrator, { headers: { host } }))
    const headers = { authorization: `Bearer ${access_token}` }
    expect(await get('/t/hosted/facts', headers)).toMatchObject({ status: 200 })
    expect(await get('/t/default/facts', headers)).toMatchObject({ status: 401 })
  })
})
