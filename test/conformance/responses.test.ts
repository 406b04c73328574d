import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminApi, adminApi, createClient, createTenant, type TestClient } from '../harness/admin-api.ts'
import { type Service, startService } from '../harness/service.ts'
import { askToken, basic, claimsIn, claimsOf, escaped, expectRefusal, type Fields, formType, tokenIn } from './token-calls.ts'
import { send, type WireAnswer } from './wire.ts'

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** One path of each dialect, with the scope it grants when none is asked for. */
const dialects = [
  ['/v1/oauth/tokens', 'catalog'],
  ['/api/catalog/v1/oauth/tokens', undefined],
  ['/oidc/v1/token', 'all-apis'],
  ['/oauth/token', 'dremio.all'],
  ['/oauth2/token', undefined],
] as const

describe('answers of the token endpoint', { timeout: 60_000 }, () => {
  let service: Service
  let api: AdminApi
  let client: TestClient

  beforeAll(async () => {
    service = await startService()
    api = adminApi(service.quickstart)
    client = await createClient(api, 'default')
  }, 120_000)

  afterAll(() => service.stop())

  const own = (): Fields => ({ client_id: client.client_id, client_secret: client.secret })
  const ask = (fields: Fields = {}, path = '/oauth2/token'): Promise<WireAnswer> =>
    askToken(service.quickstart.base_url, { path, fields: { ...own(), ...fields } })

  describe.each(dialects)('on %s', (path, defaultScope) => {
    const asked = path.startsWith('/api/catalog') ? { scope: 'PRINCIPAL_ROLE:ALL' } : {}
    const scope = 'scope' in asked ? asked.scope : defaultScope

    test('a token is 200 with exactly the members that clients read, and never null', async () => {
      const answer = await ask(asked, path)
      const body = tokenIn(answer)
      expect(body).toEqual({
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        token_type: 'Bearer',
        expires_in: 3600,
        issued_token_type: accessTokenType,
        ...(scope === undefined ? {} : { scope }),
      })
      expect(answer.text).not.toContain('null')
    })

    test('a token is JSON that nobody stores', async () => {
      const { headers } = await ask(asked, path)
      expect(headers['content-type']).toMatch(/^application\/json(;|$)/)
      expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
      expect(headers).not.toHaveProperty('set-cookie')
      expect(headers).not.toHaveProperty('location')
    })

    test('expires_in is a whole number of seconds that fits 32 bits and equals exp − iat', async () => {
      const { expires_in, access_token } = tokenIn(await ask(asked, path))
      const { exp, iat } = claimsIn(access_token)
      expect(Number.isInteger(expires_in)).toBe(true)
      expect(expires_in).toBeLessThan(2 ** 31)
      expect(exp - iat).toBe(expires_in)
      expect(Math.abs(Date.now() / 1000 - iat)).toBeLessThan(30)
    })

    test.each([
      ['invalid_client', 'a wrong secret', { client_secret: 'wrong' }],
      ['unsupported_grant_type', 'an unknown grant', { grant_type: 'urn:example:none' }],
      ['invalid_request', 'no grant', { grant_type: '' }],
      ['invalid_scope', 'a scope beyond the policy', { scope: 'PRINCIPAL_ROLE:ALL everything' }],
      ['invalid_scope', 'a malformed scope', { scope: 'a"b' }],
      ['invalid_request', 'an audience beyond the policy', { ...asked, audience: 'https://elsewhere.example' }],
    ])('%s is the error for %s, and nobody stores it', async (error, _case, fields) => {
      const answer = await ask(fields, path)
      expectRefusal(answer, error === 'invalid_client' ? 401 : 400, error)
      expect(answer.headers).toMatchObject({ pragma: 'no-cache' })
      expect(answer.headers).not.toHaveProperty('www-authenticate')
    })
  })

  test('a grant that the policy leaves out is unauthorized_client', async () => {
    const narrow = await createClient(api, 'default')
    await api.call('PUT', `tenants/default/principals/${narrow.id}/issuance-policy`, { grants: [tokenExchange] })
    const answer = await ask({ client_id: narrow.client_id, client_secret: narrow.secret })
    expectRefusal(answer, 400, 'unauthorized_client')
  })

  test.each([[{}], [{ scope: '' }], [{ scope: ' ' }], [{ scope: '   ' }]])(
    'without a scope to name the member is omitted, not empty: %j',
    async (fields) => {
      expect(tokenIn(await ask(fields))).not.toHaveProperty('scope')
      expect(claimsOf(await ask(fields))).not.toHaveProperty('scope')
      expect(tokenIn(await ask(fields, '/v1/oauth/tokens'))).toMatchObject({ scope: 'catalog' })
      expect(tokenIn(await ask(fields, '/oidc/v1/token'))).toMatchObject({ scope: 'all-apis' })
    },
  )

  test.each([
    ['catalog', 'catalog'],
    ['catalog  sql', 'catalog sql'],
    [' sql catalog ', 'sql catalog'],
    ['sql sql catalog sql', 'sql catalog'],
    ['offline_access all-apis', 'all-apis'],
    ['dremio.all offline_access', 'dremio.all'],
    ['PRINCIPAL_ROLE:ALL', 'PRINCIPAL_ROLE:ALL'],
  ])('scope %j is granted as %j, joined by single spaces, in the answer and in the token', async (scope, granted) => {
    for (const path of ['/v1/oauth/tokens', '/oidc/v1/token', '/oauth/token', '/oauth2/token']) {
      const body = tokenIn(await ask({ scope }, path))
      expect(body.scope).toBe(granted)
      expect(claimsIn(body.access_token).scope).toBe(granted)
    }
  })

  test.each(['catalog\tsql', 'cat\u0000alog', 'catalog\n', 'cat"alog', 'cat\\alog', 'katalög'])(
    'scope %j is malformed on every path',
    async (scope) => {
      for (const [path] of dialects) expectRefusal(await ask({ scope }, path), 400, 'invalid_scope')
    },
  )

  test('parameters that nobody knows are ignored, and so are headers', async () => {
    const fields = {
      authorization_details: '[{"type":"x"}]',
      requested_token_type: accessTokenType,
      actor_token: 'x',
      __proto__x: '1',
      foo: 'bar',
    }
    const headers = {
      accept: 'text/html, image/gif',
      'x-client-version': 'PyIceberg 0.12.0',
      'x-iceberg-access-delegation': 'vended-credentials',
    }
    const answer = await askToken(service.quickstart.base_url, { fields: { ...own(), ...fields }, headers })
    expect(tokenIn(answer)).toMatchObject({ token_type: 'Bearer' })
  })

  test('no two tokens share an id', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, async () => claimsOf(await ask())))
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(20)
    expect(new Set(claims.map(({ lin }) => lin)).size).toBe(20)
  })

  test('six requests in a burst and one after the other are all answered', async () => {
    const burst = await Promise.all(Array.from({ length: 6 }, () => ask()))
    expect(burst.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  })

  test('nothing that was sent comes back, and no answer leaves 200, 400 and 401', async () => {
    const canary = 'canary-7f3c'
    const attempts: Fields[] = [
      { client_secret: canary },
      { client_id: canary, client_secret: canary },
      { grant_type: canary },
      { scope: canary },
      { audience: canary },
      { resource: canary },
    ]
    for (const fields of attempts) {
      const answer = await ask(fields)
      expect([400, 401]).toContain(answer.status)
      expect(answer.text + JSON.stringify(answer.headers)).not.toContain(canary)
    }
    expect(service.output()).not.toContain(canary)
    expect(service.output()).not.toContain(client.secret)
  })

  describe('in the six codes', () => {
    const codeOf = ({ text }: WireAnswer): string => {
      const body: { readonly error: string } = JSON.parse(text)
      return body.error
    }

    test('every refusal of the token path speaks, with a description that is a string', async () => {
      const six = ['invalid_request', 'invalid_client', 'invalid_grant', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope']
      const tenant = await createTenant(api)
      const url = service.quickstart.base_url
      const refusals = [
        await ask({ client_secret: 'wrong' }),
        await ask({ grant_type: 'password' }),
        await ask({ grant_type: tokenExchange }),
        await ask({ grant_type: 'authorization_code' }),
        await ask({ scope: 'everything' }),
        await ask({ resource: 'x' }),
        await ask({}, `/t/${tenant}/oauth2/token`),
        await ask({}, '/t/nobody/oauth2/token'),
        await askToken(url, {}),
        await askToken(url, { headers: { authorization: 'Basic !' } }),
        await send(url, { path: '/oauth2/token', headers: { 'content-type': formType }, body: 'grant_type=a&grant_type=b' }),
        await send(url, { path: '/oauth2/token', headers: { 'content-type': formType } }),
        await send(url, { path: '/oauth2/token', method: 'GET' }),
      ]
      for (const refusal of refusals) {
        expect(six).toContain(codeOf(refusal))
        expectRefusal(refusal, refusal.status, codeOf(refusal))
      }
    })

    test('a challenge comes with Basic only, and with 401 only', async () => {
      const url = service.quickstart.base_url
      const right = basic(`${client.client_id}:${client.secret}`)
      const wrong = basic(`${escaped(client.client_id)}:wrong`)
      const answers = [
        await askToken(url, { headers: { authorization: right } }),
        await askToken(url, { headers: { authorization: wrong } }),
        await askToken(url, { headers: { authorization: right }, fields: { scope: 'everything' } }),
        await askToken(url, { headers: { authorization: 'Basic !' } }),
        await askToken(url, { headers: { authorization: 'Bearer x' } }),
        await askToken(url, {}),
      ]
      expect(answers.map(({ status, headers }) => [status, 'www-authenticate' in headers])).toEqual([
        [200, false],
        [401, true],
        [400, false],
        [400, false],
        [401, false],
        [401, false],
      ])
    })
  })
})
