import { initialIssuancePolicy } from '@chancery/domain'
import { Fault } from '@chancery/kernel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask, type IssuerInMemory, issuerInMemory } from './in-memory.spec.ts'
import { acme, at, basic, importedSecret, loadedTenant, ownSecret, principalRights, secretId, secretRights, tenantRights } from './spec.ts'

let memory: IssuerInMemory
beforeEach(async () => {
  memory = await issuerInMemory()
})
afterEach(() => memory.close())

const credentials = { grant_type: 'client_credentials', client_id: 'c-loader', client_secret: ownSecret }
const seconds = Math.floor(at / 1000)
const audienceOf = async (answer: ReturnType<typeof ask>): Promise<unknown> => memory.claimsOf((await answer).json().access_token)?.aud

describe('a token', () => {
  it('is answered as the widest range of clients reads it', async () => {
    const answer = await ask(memory, { ...credentials, scope: 'sql catalog' })
    const { access_token: token, ...rest } = answer.json()
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect(rest).toEqual({
      token_type: 'Bearer',
      expires_in: 3600,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope: 'sql catalog',
    })
    expect(memory.claimsOf(token)).toMatchObject({
      iss: 'https://auth.example/t/acme',
      sub: 'c-loader',
      aud: 'https://auth.example/t/acme',
      exp: seconds + 3600,
      iat: seconds,
      client_id: 'c-loader',
      scope: 'sql catalog',
      roles: ['reader'],
      tid: 'acme',
      use: 'access',
    })
  })

  it('has no scope rather than an empty one', async () => {
    const answer = (await ask(memory, credentials)).json()
    expect(answer).not.toHaveProperty('scope')
    expect(memory.claimsOf(answer.access_token)).not.toHaveProperty('scope')
    expect((await ask(memory, { ...credentials, scope: '' }, { url: '/v1/oauth/tokens' })).json().scope).toBe('catalog')
  })

  it('is for the workspace at whose host it was asked', async () => {
    const answer = await ask(memory, credentials, { headers: { host: 'sales.example' } })
    expect(memory.claimsOf(answer.json().access_token)).toMatchObject({ aud: 'sales-lake', wid: 'w1' })
  })

  it('is for the account at whose path it was asked', async () => {
    const url = '/oidc/accounts/account-acme/v1/token'
    expect(await audienceOf(ask(memory, credentials, { url }))).toBe('account-acme')
  })

  it('takes the form of the resource it is for, and never another meaning', async () => {
    const claims = { 'polaris/roles': { from: 'roles' as const, prefix: 'PRINCIPAL_ROLE:' }, tier: { value: 1 } }
    const resource = { resourceId: 'r1', audience: 'lake', typ: 'JWT', claims, acceptsAccountTokens: false }
    memory.world.tenant = { ...memory.world.tenant, rights: tenantRights({ resources: [resource] }) }
    memory.world.principal = principalRights({ policy: { ...initialIssuancePolicy, audiences: ['lake'] } })
    const token = (await ask(memory, { ...credentials, audience: 'lake' })).json().access_token
    expect(memory.claimsOf(token)).toBeUndefined()
    expect(memory.claimsOf(token, 'JWT')).toMatchObject({ aud: 'lake', 'polaris/roles': ['PRINCIPAL_ROLE:reader'], tier: 1, tid: 'acme' })
  })

  it.each([
    ['raw', `c-loader:${importedSecret}`],
    ['encoded', `c-loader:${encodeURIComponent(importedSecret)}`],
    ['without an id', `:${importedSecret}`],
    ['without a colon', encodeURIComponent(importedSecret)],
  ])('is given for an imported secret sent %s', async (_name, pair) => {
    memory.world.principal = principalRights({ secrets: [secretRights(importedSecret, { isImported: true })] })
    const answer = await ask(memory, { grant_type: 'client_credentials' }, { headers: { authorization: basic(pair) } })
    expect(answer.statusCode).toBe(200)
  })

  it('is given for a secret of ours alone, which names itself', async () => {
    const { client_id: _, ...alone } = credentials
    expect((await ask(memory, alone)).statusCode).toBe(200)
  })

  it('is signed by rights no older than five seconds: later the gate is passed again', async () => {
    let reads = 0
    memory.world.beforeRead = async () => {
      reads += 1
      memory.clock.pass(reads === 1 ? 6000 : 0)
    }
    const token = (await ask(memory, credentials)).json().access_token
    expect(memory.claimsOf(token)).toMatchObject({ iat: seconds + 6 })
  })
})

describe('nothing off the record: a token', () => {
  it('is on record as what was asked and what was granted, and is not in the record', async () => {
    const headers = { 'user-agent': 'PyIceberg/0.12.0', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }
    const { access_token: token } = (await ask(memory, { ...credentials, scope: 'sql' }, { headers })).json()
    const claims = memory.claimsOf(token)
    expect(memory.facts).toHaveLength(1)
    expect(memory.facts[0]).toMatchObject({
      tenantId: acme,
      fact: {
        tenant: 'acme',
        jti: claims?.jti,
        lineage: claims?.lin,
        grant: 'client_credentials',
        dialect: 'plain',
        credential_id: secretId,
        requested: { scope: 'sql', audience: [] },
        granted: { scope: 'sql', audience: ['https://auth.example/t/acme'], ttl: 3600 },
        user_agent: 'PyIceberg/0.12.0',
        trace_id: 'a'.repeat(32),
      },
    })
    const record = JSON.stringify(memory.facts)
    for (const secret of [token, ownSecret, String(token).split('.')[2]]) expect(record).not.toContain(secret)
  })

  it('is answered after its record is durable', async () => {
    const durable = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    memory.world.append = () => {
      reached.resolve()
      return durable.promise
    }
    let isAnswered = false
    const answer = ask(memory, credentials).then((response) => {
      isAnswered = true
      return response
    })
    await reached.promise
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect(isAnswered).toBe(false)
    durable.resolve()
    expect((await answer).statusCode).toBe(200)
  })

  it('is not given when its record fails', async () => {
    memory.world.append = () => Promise.reject(new Fault('log_timeout'))
    const answer = await ask(memory, credentials)
    expect([answer.statusCode, answer.json().error]).toEqual([503, 'temporarily_unavailable'])
    expect(answer.headers['retry-after']).toMatch(/^\d+$/)
    expect(answer.body).not.toContain('eyJ')
    expect(memory.faults).toEqual(['log_timeout'])
  })
})

describe('a dependency that fails', () => {
  it('is 503 and never a wrong answer', async () => {
    memory.world.isDatabaseDown = true
    expect((await ask(memory, credentials)).statusCode).toBe(503)
    expect((await ask(memory, credentials, { url: '/t/nobody/oauth2/token' })).statusCode).toBe(503)
  })

  it('stops signing when the keys were not confirmed for half the lead', async () => {
    memory.clock.pass(1_800_001)
    expect((await ask(memory, credentials)).statusCode).toBe(503)
    expect(memory.faults).toEqual(['keys_unconfirmed'])
    await memory.issuer.directory.refresh()
    expect((await ask(memory, credentials)).statusCode).toBe(200)
  })

  it('that is a bug of ours is told to nobody', async () => {
    memory.world.append = () => Promise.reject(new TypeError('secret_of_ours is not a function'))
    const answer = await ask(memory, credentials)
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'internal_error'])
    expect(answer.body).not.toContain('secret_of_ours')
    expect(memory.bugs).toEqual(['secret_of_ours is not a function'])
  })
})

describe('a client that is refused', () => {
  const refusedBy = async (form: Readonly<Record<string, string>>): Promise<unknown> => {
    const answer = await ask(memory, form)
    return [answer.statusCode, answer.json(), answer.headers['www-authenticate']]
  }

  it('reads the same whatever is wrong: client, secret, tenant or principal', async () => {
    const wrong = await refusedBy({ ...credentials, client_secret: `${ownSecret.slice(0, -1)}x` })
    expect(wrong).toEqual([401, { error: 'invalid_client', error_description: 'Client authentication failed' }, undefined])
    for (const form of [{ client_id: 'c-stranger' }, { client_id: 'a\u0000b' }, { client_id: 'é' }, { client_id: 'x'.repeat(5000) }]) {
      expect(await refusedBy({ ...credentials, ...form })).toEqual(wrong)
    }
    const known = memory.world.principal
    memory.world.principal = { ...known, isEnabled: false, principalVersion: 4 }
    expect(await refusedBy(credentials)).toEqual(wrong)
    memory.world.principal = known
    memory.world.tenant = loadedTenant({ signingKeys: memory.world.tenant.signingKeys, rights: tenantRights({ status: 'suspended' }) })
    await memory.tell(9)
    expect(await refusedBy(credentials)).toEqual(wrong)
    expect(memory.facts).toEqual([])
  })

  it('is challenged only if it used Basic', async () => {
    const answer = await ask(memory, { grant_type: 'client_credentials' }, { headers: { authorization: basic('c-loader:wrong') } })
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Basic realm="chancery", charset="UTF-8"'])
  })

  it.each<[Readonly<Record<string, string>>, number, string]>([
    [{ grant_type: 'client_credentials' }, 401, 'invalid_client'],
    [{ ...credentials, grant_type: '' }, 400, 'invalid_request'],
    [{ ...credentials, grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ ...credentials, grant_type: '__proto__' }, 400, 'unsupported_grant_type'],
    [{ ...credentials, scope: 'admin' }, 400, 'invalid_scope'],
    [{ ...credentials, scope: 'a"b' }, 400, 'invalid_scope'],
    [{ ...credentials, audience: 'elsewhere' }, 400, 'invalid_request'],
    [{ ...credentials, client_assertion: 'e30.e30.' }, 400, 'invalid_request'],
  ])('with %j is told %i %s', async (form, status, error) => {
    const answer = await ask(memory, form)
    expect([answer.statusCode, answer.json().error]).toEqual([status, error])
  })

  it('by its policy is told so', async () => {
    memory.world.principal = principalRights({ policy: { ...initialIssuancePolicy, grants: [] } })
    expect((await ask(memory, credentials)).json().error).toBe('unauthorized_client')
  })
})

describe('every token path', () => {
  const paths = [
    '/v1/oauth/tokens',
    '/api/v1/oauth/tokens',
    '/iceberg/v1/oauth/tokens',
    '/catalogs/one/v1/oauth/tokens',
    '/oidc/v1/token',
    '/oidc/accounts/account-acme/v1/token',
    '/oauth/token',
    '/oauth2/token',
  ]

  it.each([...paths, '/api/catalog/v1/oauth/tokens'])('%s answers bare, below its tenant, and with stray slashes', async (path) => {
    for (const url of [path, `/t/acme${path}`, `/${path}`, `${path}/`]) {
      expect((await ask(memory, { ...credentials, scope: 'PRINCIPAL_ROLE:ALL' }, { url })).statusCode).toBe(200)
    }
    expect((await ask(memory, credentials, { url: `/t/nobody${path}` })).statusCode).toBe(404)
  })

  it.each(paths)('%s takes POST only, a form only, and nothing secret in its query', async (url) => {
    const get = await memory.server.inject({ method: 'GET', url, headers: { host: 'auth.example' } })
    expect([get.statusCode, get.headers.allow, get.json().error]).toEqual([405, 'POST', 'invalid_request'])
    const json = await ask(memory, credentials, { url, headers: { 'content-type': 'application/json' } })
    expect([json.statusCode, json.json().error]).toEqual([415, 'invalid_request'])
    for (const query of ['client_secret=x', 'Client_Secret=x', 'client%5Fsecret=x', 'a=b&password=', 'grant_type=client_credentials']) {
      const leaked = await ask(memory, credentials, { url: `${url}?${query}` })
      expect([leaked.statusCode, leaked.json().error]).toEqual([400, 'invalid_request'])
    }
    expect((await ask(memory, credentials, { url: `${url}?policy_id=1` })).statusCode).toBe(200)
  })
})
