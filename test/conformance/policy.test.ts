import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminApi, adminApi, createClient, createTenant, type TestClient } from '../harness/admin-api.ts'
import { fetchJson } from '../harness/fetch-json.ts'
import { type Service, startService } from '../harness/service.ts'
import { verifyAsCatalog } from '../harness/stub-catalog.ts'
import { askToken, type Claims, claimsIn, claimsOf, expectRefusal, type Fields, tokenIn } from './token-calls.ts'
import type { WireAnswer } from './wire.ts'

interface Header {
  readonly alg: string
  readonly typ: string
  readonly kid: string
}

const algorithms = ['ES256', 'RS256', 'EdDSA'] as const
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const foundation = new RegExp(`^(tenant|principal|credential|policy|lineage|session|key|token):[\\w-]+(@[1-9]\\d*)?$`)

const headerOf = (token: string): Header => {
  const header: Header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8'))
  return header
}

describe('issuance policy', { timeout: 60_000 }, () => {
  let service: Service
  let api: AdminApi
  let tenant: string
  let issuer: string
  let path: string

  beforeAll(async () => {
    service = await startService()
    api = adminApi(service.quickstart)
    tenant = await createTenant(api)
    issuer = `${service.quickstart.base_url}/t/${tenant}`
    path = `/t/${tenant}/oauth2/token`
  }, 120_000)

  afterAll(() => service.stop())

  const ask = (client: TestClient, fields: Fields = {}): Promise<WireAnswer> =>
    askToken(service.quickstart.base_url, { path, fields: { client_id: client.client_id, client_secret: client.secret, ...fields } })
  const claimsFor = async (client: TestClient, fields?: Fields): Promise<Claims> => claimsOf(await ask(client, fields))
  const putPolicy = (client: TestClient, policy: unknown) =>
    api.call<{ readonly code?: string }>('PUT', `tenants/${tenant}/principals/${client.id}/issuance-policy`, policy)

  /** A client whose policy is the initial one but for these members. */
  const clientUnder = async (policy: unknown, settings: Readonly<Record<string, unknown>> = {}): Promise<TestClient> => {
    const client = await createClient(api, tenant, settings)
    expect(await putPolicy(client, policy)).toMatchObject({ status: 200 })
    return client
  }

  /** Verified by a library that nobody here wrote, through our discovery and JWKS. */
  const verified = async (token: string, audience: string, alg: string) => {
    const server = await fetchJson<oauth.AuthorizationServer>(`${issuer}/.well-known/oauth-authorization-server`)
    const request = new Request('https://catalog.example/', { headers: { authorization: `Bearer ${token}` } })
    return oauth.validateJwtAccessToken(server, request, audience, { [oauth.allowInsecureRequests]: true, signingAlgorithms: [alg] })
  }

  describe('grants', () => {
    test('are those it lists, from the moment it is set', async () => {
      const client = await createClient(api, tenant)
      tokenIn(await ask(client))
      await putPolicy(client, { grants: ['urn:ietf:params:oauth:grant-type:token-exchange'] })
      expectRefusal(await ask(client), 400, 'unauthorized_client')
      await putPolicy(client, { grants: [] })
      expectRefusal(await ask(client), 400, 'unauthorized_client')
      await putPolicy(client, { grants: ['client_credentials'] })
      tokenIn(await ask(client))
    })

    test('are refused to strangers as to anybody', async () => {
      const client = await clientUnder({ grants: [] })
      expectRefusal(await ask(client, { client_secret: 'wrong' }), 401, 'invalid_client')
    })

    test('must be known', async () => {
      const client = await createClient(api, tenant)
      expect(await putPolicy(client, { grants: ['client_credentials', 'implicit'] })).toMatchObject({
        status: 400,
        body: { code: 'grant_unknown' },
      })
      tokenIn(await ask(client))
    })
  })

  describe('scopes', () => {
    test('are exact, or all that begin alike', async () => {
      const client = await clientUnder({ scopes: ['sql', 'PRINCIPAL_ROLE:team-*'] })
      for (const scope of ['sql', 'PRINCIPAL_ROLE:team-', 'PRINCIPAL_ROLE:team-a sql'])
        expect(tokenIn(await ask(client, { scope })).scope).toBe(scope)
      for (const scope of ['SQL', 'sq', 'sqlx', 'sql:x', 'catalog', 'PRINCIPAL_ROLE:ALL', 'PRINCIPAL_ROLE:team', 'sql catalog']) {
        expectRefusal(await ask(client, { scope }), 400, 'invalid_scope')
      }
    })

    test('of a new principal are those that clients hard-code', async () => {
      const client = await createClient(api, tenant)
      for (const scope of ['catalog', 'PRINCIPAL_ROLE:ALL', 'all-apis', 'sql', 'dremio.all']) {
        expect(tokenIn(await ask(client, { scope })).scope).toBe(scope)
      }
    })

    test('hold for the default of a dialect as well', async () => {
      const client = await clientUnder({ scopes: ['sql'] })
      const at = (dialect: string) =>
        askToken(service.quickstart.base_url, {
          path: `/t/${tenant}${dialect}`,
          fields: { client_id: client.client_id, client_secret: client.secret },
        })
      expectRefusal(await at('/v1/oauth/tokens'), 400, 'invalid_scope')
      expectRefusal(await at('/oidc/v1/token'), 400, 'invalid_scope')
      expect(tokenIn(await at('/oauth2/token'))).not.toHaveProperty('scope')
    })

    test('accept offline_access and ignore it, whatever they list', async () => {
      const client = await clientUnder({ scopes: ['sql'] })
      expect(tokenIn(await ask(client, { scope: 'offline_access' }))).not.toHaveProperty('scope')
      const token = tokenIn(await ask(client, { scope: 'offline_access sql' }))
      expect(token.scope).toBe('sql')
      expect(token).not.toHaveProperty('refresh_token')
    })
  })

  describe('the lifetime', () => {
    test.each([20, 61, 86_400])('of %i seconds is allowed and kept to the second', async (seconds) => {
      const client = await clientUnder({ access_token_ttl_seconds: seconds })
      const token = tokenIn(await ask(client))
      expect(token.expires_in).toBe(seconds)
      const { exp, iat, sst } = claimsIn(token.access_token)
      expect(exp - iat).toBe(seconds)
      expect(sst).toBe(iat)
    })

    test.each([19, 86_401, 0, -1, 2_147_483_648])('of %i seconds is out of range', async (seconds) => {
      const client = await createClient(api, tenant)
      expect(await putPolicy(client, { access_token_ttl_seconds: seconds })).toMatchObject({
        status: 400,
        body: { code: 'ttl_out_of_range' },
      })
      expect(tokenIn(await ask(client)).expires_in).toBe(3600)
    })

    test.each([20.5, '3600', null])('%j is no number of seconds', async (seconds) => {
      const client = await createClient(api, tenant)
      expect(await putPolicy(client, { access_token_ttl_seconds: seconds })).toMatchObject({
        status: 400,
        body: { code: 'invalid_member' },
      })
    })
  })

  describe('the audience', () => {
    const [own, other, wide] = ['https://own.example', 'https://other.example', 'https://wide.example/a']

    test("is the policy's default, else the tenant's, else the issuer", async () => {
      const client = await createClient(api, tenant)
      expect((await claimsFor(client)).aud).toBe(issuer)
      await api.call('PATCH', `tenants/${tenant}`, { default_audience: 'https://tenant.example' })
      expect((await claimsFor(client)).aud).toBe('https://tenant.example')
      await putPolicy(client, { default_audience: own })
      expect((await claimsFor(client)).aud).toBe(own)
      await putPolicy(client, { default_audience: null })
      expect((await claimsFor(client)).aud).toBe('https://tenant.example')
      await api.call('PATCH', `tenants/${tenant}`, { default_audience: null })
      expect((await claimsFor(client)).aud).toBe(issuer)
    })

    test("is chosen among the policy's by audience or by resource", async () => {
      const client = await clientUnder({ audiences: [own, other, 'https://wide.example/*'], default_audience: own })
      for (const name of ['audience', 'resource']) {
        for (const value of [own, other, wide]) expect((await claimsFor(client, { [name]: value })).aud).toBe(value)
        expect((await claimsFor(client, { [name]: '' })).aud).toBe(own)
        for (const value of ['https://third.example', `${own}/`, own.toUpperCase(), 'https://wide.example', issuer, `${own} ${other}`]) {
          expectRefusal(await ask(client, { [name]: value }), 400, 'invalid_request')
        }
      }
    })

    test('may be named by both parameters: the same once, two as a list, none beyond the policy', async () => {
      const client = await clientUnder({ audiences: [own, other] })
      expect((await claimsFor(client, { audience: own, resource: own })).aud).toBe(own)
      expect((await claimsFor(client, { audience: own, resource: other })).aud).toEqual([own, other])
      expectRefusal(await ask(client, { audience: own, resource: 'https://third.example' }), 400, 'invalid_request')
      expectRefusal(await ask(client, { audience: 'https://third.example', resource: own }), 400, 'invalid_request')
    })

    test('of a workspace can be asked for by those assigned to it', async () => {
      const audience = 'https://asked-workspace.example'
      await api.create(`tenants/${tenant}/workspaces`, { name: 'asked', audience })
      const assigned = await createClient(api, tenant, { workspaces: ['asked'] })
      expect(await claimsFor(assigned, { audience })).toMatchObject({ aud: audience, wid: expect.any(String) })
      expect(await claimsFor(assigned)).not.toHaveProperty('wid')
      expectRefusal(await ask(await createClient(api, tenant), { audience }), 400, 'invalid_request')
    })

    test('of another tenant is one that nobody listed', async () => {
      const client = await createClient(api, tenant)
      expectRefusal(await ask(client, { audience: service.quickstart.issuer }), 400, 'invalid_request')
    })
  })

  describe('a resource', () => {
    const register = (settings: Readonly<Record<string, unknown>>) => api.create<{ id: string }>(`tenants/${tenant}/resources`, settings)

    test.each(algorithms)('that takes %s gets it, and a foreign verifier accepts it', async (alg) => {
      const audience = `https://${alg.toLowerCase()}.example`
      await register({ audience, alg })
      const client = await clientUnder({ audiences: [audience] })
      const { access_token } = tokenIn(await ask(client, { audience }))
      expect(headerOf(access_token)).toEqual({ alg, typ: 'at+jwt', kid: expect.any(String) })
      expect(await verified(access_token, audience, alg)).toMatchObject({ iss: issuer, aud: audience, sub: client.client_id })
      const broken = `${access_token.slice(0, -6)}${access_token.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA'}`
      await expect(verified(broken, audience, alg)).rejects.toThrow('JWT signature verification failed')
    })

    test.each(['ES256', 'RS256'])('that wants typ JWT gets it, signed by %s', async (alg) => {
      const audience = `https://jwt-${alg.toLowerCase()}.example`
      await register({ audience, alg, typ: 'JWT' })
      const client = await clientUnder({ default_audience: audience })
      const { access_token } = tokenIn(await ask(client))
      expect(headerOf(access_token)).toMatchObject({ alg, typ: 'JWT' })
      expect(await verifyAsCatalog(access_token, issuer, audience)).toMatchObject({ client_id: client.client_id })
    })

    test('that says nothing gets ES256 and at+jwt, as does an audience nobody registered', async () => {
      await register({ audience: 'https://plain.example' })
      const client = await clientUnder({ audiences: ['https://plain.example', 'https://unregistered.example'] })
      for (const audience of ['https://plain.example', 'https://unregistered.example']) {
        const { access_token } = tokenIn(await ask(client, { audience }))
        expect(headerOf(access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
        expect(await verified(access_token, audience, 'ES256')).toMatchObject({ aud: audience })
      }
    })

    test("that names no algorithm takes the tenant's", async () => {
      const client = await clientUnder({ audiences: ['https://by-tenant.example'] })
      const signedBy = async () => headerOf(tokenIn(await ask(client, { audience: 'https://by-tenant.example' })).access_token).alg
      const setAlg = (default_alg: string | null) => api.call('PATCH', `tenants/${tenant}`, { default_alg })
      expect(await setAlg('RS256')).toMatchObject({ status: 200, body: { default_alg: 'RS256' } })
      expect(await signedBy()).toBe('RS256')
      expect(await setAlg('HS256')).toMatchObject({ status: 400 })
      expect(await setAlg(null)).toMatchObject({ status: 200 })
      expect(await signedBy()).toBe('ES256')
    })

    test('shares a token only with audiences that take the same one', async () => {
      const [rs, es, mapped] = ['https://share-rs.example', 'https://share-es.example', 'https://share-mapped.example']
      await register({ audience: rs, alg: 'RS256' })
      await register({ audience: es })
      await register({ audience: mapped, claims: { who: { from: 'principal_name' } } })
      const client = await clientUnder({ audiences: [rs, es, mapped, 'https://share-free.example'] })
      expect((await claimsFor(client, { audience: es, resource: 'https://share-free.example' })).aud).toEqual([
        es,
        'https://share-free.example',
      ])
      expectRefusal(await ask(client, { audience: rs, resource: es }), 400, 'invalid_request')
      expectRefusal(await ask(client, { audience: mapped, resource: es }), 400, 'invalid_request')
    })

    test('has its claims written under names of its own', async () => {
      const audience = 'https://mapped.example'
      const claims = {
        principal: { from: 'principal_name', prefix: 'service:' },
        'polaris/principal_id': { from: 'principal_id' },
        groups: { from: 'roles', prefix: 'PRINCIPAL_ROLE:' },
        azp: { from: 'client_id' },
        realm: { from: 'tenant' },
        place: { from: 'workspace' },
        active: { value: true },
        level: { value: 7 },
        kinds: { value: ['a', 'b'] },
      }
      await register({ audience, claims })
      const client = await clientUnder({ default_audience: audience }, { name: 'mapped-one', roles: ['engineer'] })
      const got = await claimsFor(client)
      expect(got).toMatchObject({
        principal: 'service:mapped-one',
        'polaris/principal_id': client.id,
        groups: ['PRINCIPAL_ROLE:engineer'],
        azp: client.client_id,
        realm: tenant,
        active: true,
        level: 7,
        kinds: ['a', 'b'],
        roles: ['engineer'],
        sub: client.client_id,
      })
      expect(got).not.toHaveProperty('place')
    })

    test('can never have a claim written on which others rely', async () => {
      const fixed = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'scope', 'act', 'may_act', 'cnf']
      for (const name of [...fixed, 'tid', 'wid', 'lin', 'sst', 'use', 'on']) {
        const body = { audience: 'https://reserved.example', claims: { [name]: { value: 'x' } } }
        expect(await api.call('POST', `tenants/${tenant}/resources`, body)).toMatchObject({ status: 400, body: { code: 'claim_reserved' } })
      }
    })

    test('changes its tokens from the moment it changes', async () => {
      const audience = 'https://changing.example'
      const { id } = await register({ audience })
      const client = await clientUnder({ default_audience: audience })
      expect(headerOf(tokenIn(await ask(client)).access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
      expect(await api.call('PATCH', `tenants/${tenant}/resources/${id}`, { alg: 'RS256', typ: 'JWT' })).toMatchObject({ status: 200 })
      const { access_token } = tokenIn(await ask(client))
      expect(headerOf(access_token)).toMatchObject({ alg: 'RS256', typ: 'JWT' })
      expect(await verifyAsCatalog(access_token, issuer, audience)).toMatchObject({ aud: audience })
    })
  })

  describe('claims', () => {
    test('are those of RFC 9068 and the private ones, in their grammar', async () => {
      const client = await createClient(api, tenant, { roles: ['engineer'] })
      const claims = await claimsFor(client, { scope: 'sql' })
      const { lin, jti, on } = claims
      expect(claims).toEqual({
        iss: issuer,
        sub: client.client_id,
        aud: issuer,
        exp: expect.any(Number),
        iat: expect.any(Number),
        jti: expect.stringMatching(new RegExp(`^${uuid}$`)),
        client_id: client.client_id,
        scope: 'sql',
        roles: ['engineer'],
        tid: tenant,
        lin: expect.stringMatching(new RegExp(`^${uuid}$`)),
        sst: claims.iat,
        use: 'access',
        on: expect.any(Array),
      })
      for (const entry of on) expect(entry).toMatch(foundation)
      expect(new Set(on).size).toBe(on.length)
      expect(on).toEqual(expect.arrayContaining([`lineage:${lin}`, `token:${jti}`, `credential:${client.secretId}`]))
    })

    test('name everything the token rests on, each kind once', async () => {
      const client = await createClient(api, tenant)
      const { access_token } = tokenIn(await ask(client))
      const { on } = claimsIn(access_token)
      const kinds = on.map((entry) => entry.split(':')[0] ?? '').toSorted((left, right) => left.localeCompare(right))
      expect(kinds).toEqual(['credential', 'key', 'lineage', 'policy', 'principal', 'tenant', 'token'])
      expect(on).toContain(`key:${headerOf(access_token).kid}`)
      expect(on.find((entry) => entry.startsWith('principal:'))).toMatch(new RegExp(`^principal:${client.id}@[1-9]\\d*$`))
    })

    test('name the version that the principal has in the API', async () => {
      const client = await createClient(api, tenant)
      const version = async () => {
        const { body } = await api.call<{ version: number }>('GET', `tenants/${tenant}/principals/${client.id}`)
        return body.version
      }
      const first = await version()
      expect((await claimsFor(client)).on).toContain(`principal:${client.id}@${first}`)
      await api.call('PATCH', `tenants/${tenant}/principals/${client.id}`, { roles: ['analyst'] })
      const second = await version()
      expect(second).toBeGreaterThan(first)
      expect(await claimsFor(client)).toMatchObject({
        roles: ['analyst'],
        on: expect.arrayContaining([`principal:${client.id}@${second}`]),
      })
    })
  })
})
