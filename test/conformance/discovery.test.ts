import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminApi, adminApi, createClient, createTenant } from '../harness/admin-api.ts'
import { type Service, startService } from '../harness/service.ts'
import { askToken, claimsIn, formOf, formType, tokenIn } from './token-calls.ts'
import { send, type WireAnswer } from './wire.ts'

interface Metadata {
  readonly issuer: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly grant_types_supported: readonly string[]
  readonly token_endpoint_auth_methods_supported: readonly string[]
}

interface Jwks {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

interface DatabricksConfig {
  readonly oidc_endpoint: string
  readonly account_id: string
  readonly workspace_id?: string
}

const kinds = ['openid-configuration', 'oauth-authorization-server']

/** Suffix forms first, then the insertion forms of RFC 8414 §3.1. */
const formsOf = (root: string, kind: string): string[] => [
  `${root}/.well-known/${kind}`,
  `${root}/oidc/.well-known/${kind}`,
  `/.well-known/${kind}${root}`,
  `/.well-known/${kind}${root}/oidc`,
]

const accountFormsOf = (root: string, account: string, kind: string): string[] => [
  `${root}/oidc/accounts/${account}/.well-known/${kind}`,
  `/.well-known/${kind}${root}/oidc/accounts/${account}`,
]

describe('discovery', { timeout: 60_000 }, () => {
  let service: Service
  let api: AdminApi
  let base: string
  const host = 'tokens.found.example'
  const workspaceHost = 'ws.found.example'
  const issuer = (): string => `http://${host}:${new URL(base).port}`

  beforeAll(async () => {
    service = await startService()
    api = adminApi(service.quickstart)
    base = service.quickstart.base_url
    await api.create('tenants', { name: 'found', hosts: [host, 'second.found.example'], account_id: 'acc-9' })
    await api.create('tenants/found/workspaces', { name: 'ws', audience: 'https://ws.found.example', hosts: [workspaceHost] })
  }, 120_000)

  afterAll(() => service.stop())

  type Headers = Readonly<Record<string, string>>
  const get = (path: string, headers: Headers = {}): Promise<WireAnswer> => send(base, { method: 'GET', path, headers })
  const jsonAt = async <Body>(path: string, headers?: Headers): Promise<Body> => {
    const answer = await get(path, headers)
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`)
    expect(answer.headers['content-type']).toMatch(/^application\/json(;|$)/)
    const body: Body = JSON.parse(answer.text)
    return body
  }
  /** Follows a URL that a document names to this process, as the client's resolver would. */
  const follow = (url: string): { readonly path: string; readonly headers: Headers } => {
    const { host: named, pathname } = new URL(url)
    return { path: pathname, headers: { host: named } }
  }

  const places: [string, string, Headers][] = [
    ['the default tenant', '', {}],
    ['the default tenant by name', '/t/default', {}],
    ['a tenant by name', '/t/found', {}],
    ['a tenant by host', '', { host }],
    ['a tenant by its second host', '', { host: 'second.found.example' }],
    ['a tenant by realm', '', { 'Polaris-Realm': 'found' }],
    ['a workspace by host', '', { host: workspaceHost }],
  ]

  describe.each(places)('of %s', (name, root, headers) => {
    const ofDefault = name.startsWith('the default')
    const expectedIssuer = (): string => (ofDefault ? service.quickstart.issuer : issuer())

    test('names one issuer in all forms', async () => {
      for (const kind of kinds) {
        for (const path of formsOf(root, kind)) expect((await jsonAt<Metadata>(path, headers)).issuer).toBe(expectedIssuer())
      }
    })

    test('names only endpoints that answer, for that issuer', async () => {
      const tenant = ofDefault ? 'default' : 'found'
      const client = await createClient(api, tenant, { workspaces: ofDefault ? [] : ['ws'] })
      for (const path of kinds.flatMap((kind) => formsOf(root, kind))) {
        const document = await jsonAt<Metadata>(path, headers)
        const { keys } = await jsonAt<Jwks>(follow(document.jwks_uri).path, follow(document.jwks_uri).headers)
        expect(keys.length).toBeGreaterThan(0)
        const fields = { client_id: client.client_id, client_secret: client.secret }
        const token = tokenIn(await askToken(base, { ...follow(document.token_endpoint), fields }))
        expect(claimsIn(token.access_token).iss).toBe(document.issuer)
      }
    })

    test('names nothing that is not there', async () => {
      const document = await jsonAt<Readonly<Record<string, unknown>>>(`${root}/.well-known/openid-configuration`, headers)
      for (const [member, value] of Object.entries(document).filter(([key]) => key.endsWith('_endpoint') || key.endsWith('_uri'))) {
        const { path, headers: own } = follow(String(value))
        const { status } = await send(base, {
          method: member === 'jwks_uri' ? 'GET' : 'POST',
          path,
          headers: { ...own, 'content-type': formType },
        })
        expect(`${member} ${status}`).not.toBe(`${member} 404`)
      }
      expect(JSON.stringify(document)).not.toContain('null')
    })
  })

  test('every grant it names is one that the token endpoint knows', async () => {
    const { grant_types_supported } = await jsonAt<Metadata>('/.well-known/openid-configuration')
    expect(grant_types_supported).toContain('client_credentials')
    for (const grant_type of [...grant_types_supported, 'urn:example:none']) {
      const answer = await send(base, { path: '/oauth2/token', headers: { 'content-type': formType }, body: formOf({ grant_type }) })
      expect(answer.text.includes('unsupported_grant_type')).toBe(grant_type === 'urn:example:none')
    }
  })

  test('an account has documents of its own that lead to its token endpoint', async () => {
    for (const [root, headers] of [
      ['', {}],
      ['/t/found', {}],
      ['', { host }],
    ] as const) {
      for (const path of kinds.flatMap((kind) => accountFormsOf(root, 'acc-9', kind))) {
        const document = await jsonAt<Metadata>(path, headers)
        expect(document).toMatchObject({ issuer: issuer(), token_endpoint: `${issuer()}/oidc/accounts/acc-9/v1/token` })
      }
    }
  })

  test('databricks-config leads to a token endpoint and names the account', async () => {
    const expected: [string, Headers, string, Partial<DatabricksConfig>][] = [
      ['', {}, `${service.quickstart.issuer}/oidc`, {}],
      ['/t/found', {}, `${issuer()}/oidc`, { account_id: 'acc-9' }],
      ['', { host }, `${issuer()}/oidc`, { account_id: 'acc-9' }],
      [
        '',
        { host: workspaceHost },
        `http://${workspaceHost}:${new URL(base).port}/oidc`,
        { account_id: 'acc-9', workspace_id: expect.any(String) },
      ],
    ]
    for (const [root, headers, endpoint, members] of expected) {
      const config = await jsonAt<DatabricksConfig>(`${root}/.well-known/databricks-config`, headers)
      expect(config).toMatchObject({ oidc_endpoint: endpoint, ...members })
      const next = follow(`${endpoint}/.well-known/oauth-authorization-server`)
      expect((await jsonAt<Metadata>(next.path, next.headers)).token_endpoint).toBe(`${endpoint}/v1/token`)
    }
  })

  test('a tenant that nobody knows is a 404 problem, by a realm as Polaris answers it', async () => {
    const wellKnown = [...kinds, 'jwks.json', 'databricks-config'].map((kind) => `/.well-known/${kind}`)
    for (const path of wellKnown) {
      for (const answer of [await get(`/t/nobody${path}`), await get(path, { host: 'nobody.example' })]) {
        expect(answer).toMatchObject({ status: 404 })
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
      }
      const byRealm = await get(path, { 'Polaris-Realm': 'nobody' })
      expect(byRealm.status).toBe(404)
      expect(JSON.parse(byRealm.text)).toEqual({ error: { message: 'Missing or invalid realm', type: 'MissingOrInvalidRealm', code: 404 } })
      expect(await get(`/t/default${path}`, { host })).toMatchObject({ status: 400 })
      expect(await get(`/t/default${path}`, { 'Polaris-Realm': 'found' })).toMatchObject({ status: 400 })
    }
  })

  test('no header makes a URL', async () => {
    const forged = {
      host: `127.0.0.1:1`,
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example;proto=https',
    }
    for (const path of [
      '/.well-known/openid-configuration',
      '/t/found/.well-known/openid-configuration',
      '/.well-known/databricks-config',
    ]) {
      const { status, text } = await get(path, forged)
      expect(status).toBe(200)
      expect(text).not.toContain('evil')
      expect(text).not.toContain('127.0.0.1:1/')
    }
  })

  describe('JWKS', () => {
    const path = '/.well-known/jwks.json'

    test('may be kept for a while, by everybody but for its own tenant only, and asked for again by its tag', async () => {
      const first = await get(path)
      expect(first).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': '*' } })
      expect(first.headers['cache-control']).toMatch(/^public, max-age=[1-9]\d{1,3}$/)
      expect(first.headers.vary?.toLowerCase()).toContain('polaris-realm')
      const etag = first.headers.etag ?? ''
      expect(etag).toMatch(/^"[^"]+"$/)
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
        const again = await get(path, { 'if-none-match': tag })
        expect(again).toMatchObject({
          status: 304,
          text: '',
          headers: { etag, 'cache-control': first.headers['cache-control'], vary: first.headers.vary },
        })
      }
      for (const tag of ['"other"', '', etag.slice(1, -1)]) expect(await get(path, { 'if-none-match': tag })).toMatchObject({ status: 200 })
    })

    test('holds public keys and nothing else', async () => {
      const { keys } = await jsonAt<Jwks>(path)
      for (const key of keys) {
        expect(key).toMatchObject({ kid: expect.any(String), kty: expect.any(String), alg: expect.any(String), use: 'sig' })
        for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(secret)
      }
    })

    test("holds a tenant's own keys, under every name of the tenant", async () => {
      const other = await createTenant(api)
      const kids = async (from: string, headers?: Headers) => (await jsonAt<Jwks>(from, headers)).keys.map(({ kid }) => kid)
      const own = await kids('/t/found/.well-known/jwks.json')
      expect(await kids(path, { host })).toEqual(own)
      expect(await kids(path, { 'Polaris-Realm': 'found' })).toEqual(own)
      const all = [...own, ...(await kids(path)), ...(await kids(`/t/${other}/.well-known/jwks.json`))]
      expect(new Set(all).size).toBe(all.length)
    })

    test('shows a new key before it signs, and its tag changes', async () => {
      const before = await get('/t/found/.well-known/jwks.json')
      const { kid } = await api.create<{ kid: string }>('tenants/found/signing-keys', { alg: 'ES256' })
      const after = await get('/t/found/.well-known/jwks.json', { 'if-none-match': before.headers.etag ?? '' })
      expect(after.status).toBe(200)
      expect(after.text).toContain(kid)
      const client = await createClient(api, 'found')
      const fields = { client_id: client.client_id, client_secret: client.secret }
      const { access_token } = tokenIn(await askToken(base, { path: '/t/found/oauth2/token', fields }))
      expect(Buffer.from(access_token.split('.')[0] ?? '', 'base64url').toString()).not.toContain(kid)
    })
  })
})
