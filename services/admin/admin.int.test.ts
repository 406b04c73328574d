import { platformTenantId } from '@chancery/event-store'
import { asId, systemRandom, type TenantId } from '@chancery/kernel'
import { macOf, mintSecret, open, provenKey, signingKeyFrom } from '@chancery/tokens'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAdmin } from '../../test/harness/open-admin.ts'
import { startTestPostgres, type TestPostgres } from '../../test/harness/postgres.ts'

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const day = 86_400

let postgres: TestPostgres
let office: Awaited<ReturnType<typeof openAdmin>>
let tenants = 0

beforeAll(async () => {
  postgres = await startTestPostgres()
  office = await openAdmin(postgres)
})
afterAll(async () => {
  await office?.database.close()
  await postgres?.stop()
})

const call: (typeof office)['call'] = (...request) => office.call(...request)

/** A tenant of its own, by its path. */
const newTenant = async (settings: object = {}): Promise<string> => {
  tenants += 1
  const created = await call('POST', '/tenants', { name: `tenant-${tenants}`, ...settings })
  expect(created).toMatchObject({ status: 201 })
  return `/tenants/tenant-${tenants}`
}
const newPrincipal = async (tenant: string, settings: object = {}) => {
  const created = await call('POST', `${tenant}/principals`, { kind: 'service', name: 'etl', ...settings })
  expect(created).toMatchObject({ status: 201 })
  return { ...created.body, path: `${tenant}/principals/${created.body.id}` }
}

describe('operators', () => {
  const ask = (authorization?: string) =>
    office.server.inject({ url: '/admin/v1/status', headers: authorization === undefined ? {} : { authorization } })

  it('are the only ones who get in', async () => {
    expect((await ask(`bearer ${office.token}`)).statusCode).toBe(200)
    const id = systemRandom.uuid()
    const forged = [
      mintSecret('cho', id, systemRandom.bytes(32)),
      mintSecret('chs', id, systemRandom.bytes(32)),
      'x',
      '',
      `${office.token}x`,
    ]
    const headers = [undefined, '', 'Bearer', `Basic ${office.token}`, `Digest ${office.token}`, ...forged.map((text) => `Bearer ${text}`)]
    for (const header of headers) {
      const answer = await ask(header)
      expect([answer.statusCode, answer.headers['www-authenticate'], answer.json().code]).toEqual([401, 'Bearer', 'unauthenticated'])
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    }
  })

  it('are recognised by the whole token, not by its id', async () => {
    const { body } = await call('POST', '/operator-tokens', { label: 'a' })
    expect((await ask(`Bearer ${mintSecret('cho', body.id, systemRandom.bytes(32))}`)).statusCode).toBe(401)
    expect((await ask(`Bearer ${body.token}`)).statusCode).toBe(200)
  })

  it('stop being such when their token is revoked, and it is not shown again', async () => {
    const { body } = await call('POST', '/operator-tokens', { label: 'leaver' })
    const listed = await call('GET', '/operator-tokens')
    expect(listed.body.items).toContainEqual({ id: body.id, label: 'leaver', created_at: '2030-01-01T00:00:00.000Z' })
    expect(JSON.stringify(listed.body)).not.toContain(body.token)
    for (const _ of [1, 2]) expect(await call('DELETE', `/operator-tokens/${body.id}`)).toMatchObject({ status: 204 })
    expect((await ask(`Bearer ${body.token}`)).statusCode).toBe(401)
    expect(await call('DELETE', `/operator-tokens/${systemRandom.uuid()}`)).toMatchObject({ status: 404, code: 'token_unknown' })
  })
})

describe('tenants', () => {
  it('begin with an issuer, an account and a key that signs', async () => {
    const { body } = await call('POST', '/tenants', { name: 'acme', display_name: 'Acme', hosts: ['Tokens.Acme.example'] })
    expect(body).toMatchObject({
      name: 'acme',
      display_name: 'Acme',
      hosts: ['tokens.acme.example'],
      issuer: 'https://tokens.acme.example',
    })
    expect(body).toMatchObject({ status: 'active', id: expect.stringMatching(uuidForm), account_id: expect.stringMatching(uuidForm) })
    expect((await call('GET', '/tenants/acme')).body).toEqual(body)
    const keys = await call('GET', '/tenants/acme/signing-keys')
    expect(keys.body.items).toMatchObject([{ alg: 'ES256', status: 'signing' }])
  })

  it('can sign with what was sealed for them, and for nobody else', async () => {
    await newTenant()
    const tenantId = asId<TenantId>((await call('GET', `/tenants/tenant-${tenants}`)).body.id)
    const [row] = (await office.store.for(tenantId).read((reads) => reads.tenant()))?.signingKeys ?? []
    if (row === undefined) throw new Error('the tenant has a key')
    await provenKey(signingKeyFrom(row), open(office.masterKeys, row.sealedPrivateKey, `${tenantId}/${row.kid}`))
    expect(() => open(office.masterKeys, row.sealedPrivateKey, `${platformTenantId}/${row.kid}`)).toThrow('unsealable')
  })

  it('do not share names, hosts or accounts, and a rival creation loses cleanly', async () => {
    await newTenant({ hosts: ['shared.example:8181'], account_id: 'shared-account' })
    const rivals = await Promise.all([1, 2, 3].map(() => call('POST', '/tenants', { name: 'rivals' })))
    expect(rivals.map(({ status, code }) => code ?? String(status)).sort((a, b) => a.localeCompare(b))).toEqual([
      '201',
      'name_taken',
      'name_taken',
    ])
    expect(await call('POST', '/tenants', { name: 'x', hosts: ['SHARED.example:8181'] })).toMatchObject({ status: 409, code: 'host_taken' })
    expect(await call('POST', '/tenants', { name: 'x', account_id: 'shared-account' })).toMatchObject({ code: 'account_taken' })
    expect(await call('POST', '/tenants', { name: 'x', hosts: ['http://a'] })).toMatchObject({ status: 400, code: 'host_invalid' })
    expect(await call('GET', '/tenants/x')).toMatchObject({ status: 404, code: 'tenant_unknown' })
  })

  it('change what they are told to and nothing else', async () => {
    const path = await newTenant({ display_name: 'Before', hosts: ['keep.example'] })
    const change = { default_audience: 'lake', status: 'suspended' }
    const changed = { display_name: 'Before', hosts: ['keep.example'], ...change }
    expect((await call('PATCH', path, change)).body).toMatchObject(changed)
    expect((await call('PATCH', path, {})).body).toMatchObject(changed)
    const { body } = await call('PATCH', path, { default_audience: null, status: 'active', hosts: [] })
    expect(body).toMatchObject({ status: 'active', hosts: [], display_name: 'Before' })
    expect(body).not.toHaveProperty('default_audience')
  })

  it('are gone for ever when deleted, while their name is free for another', async () => {
    const path = await newTenant()
    const { body } = await call('GET', path)
    expect(await call('DELETE', path)).toMatchObject({ status: 204, body: {} })
    expect(await call('GET', path)).toMatchObject({ status: 404 })
    expect((await call('POST', '/tenants', { name: body.name })).body.id).not.toBe(body.id)
  })

  it('are listed in pages', async () => {
    for (const _ of [1, 2, 3]) await newTenant()
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const { body } = await call('GET', `/tenants?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`)
      expect(body.items.length).toBeLessThanOrEqual(2)
      seen.push(...body.items.map(({ name }: { name: string }) => name))
      cursor = body.next_cursor
    } while (cursor !== undefined)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining([`tenant-${tenants}`, `tenant-${tenants - 1}`, `tenant-${tenants - 2}`]))
  })
})

describe('workspaces', () => {
  it('are found by id and by name', async () => {
    const tenant = await newTenant()
    const { body } = await call('POST', `${tenant}/workspaces`, {
      name: 'sales eu',
      audience: 'https://sales.example',
      hosts: ['SALES.example'],
    })
    expect(body).toMatchObject({ name: 'sales eu', hosts: ['sales.example'] })
    for (const key of [body.id, 'sales%20eu']) expect((await call('GET', `${tenant}/workspaces/${key}`)).body).toEqual(body)
    expect((await call('GET', `${tenant}/workspaces`)).body).toEqual({ items: [body] })
    const changed = { ...body, audience: 'lake', hosts: [] }
    expect((await call('PATCH', `${tenant}/workspaces/sales%20eu`, { audience: 'lake', hosts: [] })).body).toEqual(changed)
    expect(await call('POST', `${tenant}/workspaces`, { name: 'sales eu', audience: 'other' })).toMatchObject({ code: 'name_taken' })
    expect(await call('DELETE', `${tenant}/workspaces/${body.id}`)).toMatchObject({ status: 204 })
    expect(await call('GET', `${tenant}/workspaces/sales%20eu`)).toMatchObject({ status: 404, code: 'workspace_unknown' })
  })
})

describe('principals', () => {
  it('have a client id that is not their id, and are found by kind and name', async () => {
    const tenant = await newTenant()
    await call('POST', `${tenant}/workspaces`, { name: 'w', audience: 'w' })
    const { path, ...created } = await newPrincipal(tenant, { name: 'étl 1', roles: ['b', 'a', 'b'], workspaces: ['w'] })
    expect(created).toMatchObject({ kind: 'service', name: 'étl 1', roles: ['b', 'a'], enabled: true, workspaces: ['w'] })
    expect(created.client_id).toMatch(uuidForm)
    expect(created.client_id).not.toBe(created.id)
    expect((await call('GET', path)).body).toEqual(created)
    expect((await call('GET', `${tenant}/principals?kind=service&name=${encodeURIComponent('étl 1')}`)).body).toEqual({ items: [created] })
    expect((await call('GET', `${tenant}/principals?kind=user`)).body).toEqual({ items: [] })
    expect(await call('POST', `${tenant}/principals`, { kind: 'service', name: 'étl 1' })).toMatchObject({ code: 'name_taken' })
  })

  it('are service principals for now, and in workspaces that exist', async () => {
    const tenant = await newTenant()
    for (const kind of ['user', 'group']) {
      expect(await call('POST', `${tenant}/principals`, { kind, name: 'x' })).toMatchObject({ status: 400, code: 'kind_not_supported' })
    }
    const named = { kind: 'service', name: 'x', workspaces: ['nowhere'] }
    expect(await call('POST', `${tenant}/principals`, named)).toMatchObject({ status: 400, code: 'workspace_not_found' })
    expect((await call('GET', `${tenant}/principals`)).body).toEqual({ items: [] })
  })

  it('change one thing at a time, and their version rises only when something did', async () => {
    const principal = await newPrincipal(await newTenant(), { roles: ['a'] })
    const renamed = await call('PATCH', principal.path, { name: 'new', enabled: false })
    expect(renamed.body).toMatchObject({ id: principal.id, name: 'new', enabled: false, roles: ['a'], client_id: principal.client_id })
    expect(renamed.body.version).toBeGreaterThan(principal.version)
    expect((await call('PATCH', principal.path, { name: 'new', enabled: false, roles: ['a'] })).body).toEqual(renamed.body)
  })

  it('are gone when deleted, with their name when that is asked for', async () => {
    const tenant = await newTenant()
    const { path, id } = await newPrincipal(tenant, { name: 'Jane Doe' })
    const tenantId = asId<TenantId>((await call('GET', tenant)).body.id)
    const names = async () => (await office.database.owner.query('SELECT fields FROM personal WHERE tenant_id = $1', [tenantId])).rows
    expect(await names()).toEqual([{ fields: { name: 'Jane Doe' } }])
    expect(await call('DELETE', `${path}?erase=true`)).toMatchObject({ status: 204 })
    expect(await names()).toEqual([{ fields: null }])
    expect(await call('GET', path)).toMatchObject({ status: 404, code: 'principal_unknown' })
    expect(await call('PATCH', path, { enabled: true })).toMatchObject({ status: 404, code: 'principal_unknown' })
    expect((await newPrincipal(tenant, { name: 'Jane Doe' })).id).not.toBe(id)
  })

  it('are not seen from another tenant', async () => {
    const [{ path, id }, other] = [await newPrincipal(await newTenant()), await newTenant()]
    expect((await call('GET', path)).status).toBe(200)
    const strange = `${other}/principals/${id}`
    for (const [method, at] of [
      ['GET', strange],
      ['DELETE', strange],
      ['PATCH', strange],
      ['POST', `${strange}/secrets`],
      ['GET', `${strange}/secrets`],
      ['GET', `${strange}/issuance-policy`],
      ['PUT', `${strange}/issuance-policy`],
    ] as const) {
      expect(await call(method, at, method === 'GET' ? undefined : {}), `${method} ${at}`).toMatchObject({
        status: 404,
        code: 'principal_unknown',
      })
    }
  })
})

describe('secrets', () => {
  it('are shown once, live two years at most, and are five', async () => {
    const { path } = await newPrincipal(await newTenant())
    const { body } = await call('POST', `${path}/secrets`)
    expect(body).toMatchObject({ status: 'active', secret: expect.stringMatching(/^chs_/), expires_at: '2032-01-01T00:00:00.000Z' })
    expect(await call('POST', `${path}/secrets`, { lifetime_seconds: 730 * day + 1 })).toMatchObject({
      status: 400,
      code: 'lifetime_too_long',
    })
    for (const _ of [2, 3, 4, 5]) expect((await call('POST', `${path}/secrets`, { lifetime_seconds: day })).status).toBe(201)
    expect(await call('POST', `${path}/secrets`)).toMatchObject({ status: 409, code: 'secret_limit' })
    const listed = await call('GET', `${path}/secrets`)
    expect(listed.body.items).toHaveLength(5)
    expect(JSON.stringify(listed.body)).not.toContain(body.secret)
    for (const _ of [1, 2]) expect(await call('DELETE', `${path}/secrets/${body.id}`)).toMatchObject({ status: 204 })
    expect((await call('POST', `${path}/secrets`)).status).toBe(201)
    expect(await call('DELETE', `${path}/secrets/${systemRandom.uuid()}`)).toMatchObject({ status: 404, code: 'secret_unknown' })
  })

  it('stay listed as expired, and no longer count', async () => {
    const { path } = await newPrincipal(await newTenant())
    for (const _ of [1, 2, 3, 4, 5]) await call('POST', `${path}/secrets`, { lifetime_seconds: 60 })
    const before = office.clock.at
    office.clock.at += 60_000
    const { body } = await call('GET', `${path}/secrets`)
    const again = await call('POST', `${path}/secrets`)
    office.clock.at = before
    expect(body.items.map(({ status }: { status: string }) => status)).toEqual(Array(5).fill('expired'))
    expect(again.status).toBe(201)
  })

  it('may come from elsewhere, once in a tenant, and are found by what is stored of them', async () => {
    const tenant = await newTenant()
    const [{ path, id }, second] = [await newPrincipal(tenant), await newPrincipal(tenant, { name: 'second' })]
    const value = 'imported %2B sécret'
    expect((await call('POST', `${path}/secrets`, { value })).body).toMatchObject({ secret: value })
    expect(await call('POST', `${second.path}/secrets`, { value })).toMatchObject({ status: 409, code: 'secret_taken' })
    const tenantId = asId<TenantId>((await call('GET', tenant)).body.id)
    const secretMacs = [Buffer.from(macOf(office.peppers, 'p', value)).toString('base64')]
    expect((await office.store.for(tenantId).read((reads) => reads.principal({ secretMacs })))?.principalId).toBe(id)
    const ours = { value: mintSecret('chs', systemRandom.uuid(), systemRandom.bytes(32)) }
    const refused = await call('POST', `${path}/secrets`, ours)
    expect(refused).toMatchObject({ status: 400, code: 'secret_form_reserved' })
    expect(JSON.stringify(refused)).not.toContain(ours.value)
  })

  it('are not given to the disabled', async () => {
    const { path } = await newPrincipal(await newTenant(), { enabled: false })
    expect(await call('POST', `${path}/secrets`)).toMatchObject({ status: 409, code: 'principal_disabled' })
  })
})

describe('issuance policies', () => {
  it('begin with the scopes that clients hard-code, and keep what a change leaves out', async () => {
    const { path } = await newPrincipal(await newTenant())
    const policy = `${path}/issuance-policy`
    const { body } = await call('GET', policy)
    expect(body).toMatchObject({ access_token_ttl_seconds: 3600, refresh: 'none', scopes: expect.arrayContaining(['catalog', 'all-apis']) })
    const narrowed = { ...body, scopes: ['catalog'], default_audience: 'lake' }
    expect((await call('PUT', policy, { scopes: ['catalog'], default_audience: 'lake' })).body).toEqual(narrowed)
    expect((await call('PUT', policy, { access_token_ttl_seconds: 60 })).body).toEqual({ ...narrowed, access_token_ttl_seconds: 60 })
    expect((await call('PUT', policy, { default_audience: null })).body).not.toHaveProperty('default_audience')
    for (const ttl of [19, 86_401, -1, 1e300]) {
      expect(await call('PUT', policy, { access_token_ttl_seconds: ttl })).toMatchObject({ status: 400, code: 'ttl_out_of_range' })
    }
    expect(await call('PUT', policy, { grants: ['implicit'] })).toMatchObject({ status: 400, code: 'grant_unknown' })
    expect(await call('PUT', policy, { access_token_ttl_seconds: 20.5 })).toMatchObject({ code: 'invalid_member' })
  })
})

describe('resources', () => {
  it('bring the key of their algorithm with them, once', async () => {
    const tenant = await newTenant()
    const settings = { audience: 'trino', alg: 'EdDSA', typ: 'JWT', claims: { groups: { from: 'roles', prefix: 'r:' }, n: { value: 1 } } }
    const { body } = await call('POST', `${tenant}/resources`, settings)
    expect(body).toEqual({ id: body.id, ...settings, accepts_account_tokens: false })
    await call('POST', `${tenant}/resources`, { audience: 'second', alg: 'EdDSA' })
    const keys = (await call('GET', `${tenant}/signing-keys`)).body.items
    expect(keys.map(({ alg, status }: { alg: string; status: string }) => `${alg} ${status}`).sort()).toEqual([
      'ES256 signing',
      'EdDSA signing',
    ])
    const path = `${tenant}/resources/${body.id}`
    expect((await call('PATCH', path, { alg: null, accepts_account_tokens: true })).body).toMatchObject({
      typ: 'JWT',
      accepts_account_tokens: true,
    })
    expect((await call('PUT', path, { audience: 'trino', alg: 'RS256' })).body).toEqual({
      id: body.id,
      audience: 'trino',
      alg: 'RS256',
      claims: {},
      accepts_account_tokens: false,
    })
    expect((await call('GET', `${tenant}/signing-keys`)).body.items).toHaveLength(3)
    const secret = await call('POST', `${path}/secrets`)
    expect(secret.status).toBe(201)
    expect((await call('GET', `${path}/secrets`)).body.items).toMatchObject([{ id: secret.body.id, status: 'active' }])
    expect(await call('DELETE', `${path}/secrets/${secret.body.id}`)).toMatchObject({ status: 204 })
    expect(await call('DELETE', path)).toMatchObject({ status: 204 })
    for (const at of [path, `${path}/secrets`]) expect(await call('GET', at)).toMatchObject({ status: 404, code: 'resource_unknown' })
  })

  it('refuse what no verifier could take', async () => {
    const tenant = await newTenant()
    const refusals = [
      [{ audience: 'a', alg: 'none' }, 'alg_unknown'],
      [{ audience: 'a', typ: 'x' }, 'typ_unknown'],
      [{ audience: 'a', claims: { sub: { value: 'x' } } }, 'claim_reserved'],
      [{ audience: 'a', claims: { x: { value: 1, from: 'roles' } } }, 'invalid_member'],
    ] as const
    for (const [settings, code] of refusals)
      expect(await call('POST', `${tenant}/resources`, settings)).toMatchObject({ status: 400, code })
    const raw = await office.server.inject({
      method: 'POST',
      url: `/admin/v1${tenant}/resources`,
      payload: '{"audience":"a","claims":{"__proto__":{"value":1}}}',
      headers: { authorization: `Bearer ${office.token}`, 'content-type': 'application/json' },
    })
    expect(raw.json().code).toMatch(/_member$/)
    await call('POST', `${tenant}/resources`, { audience: 'a' })
    expect(await call('POST', `${tenant}/resources`, { audience: 'a' })).toMatchObject({ status: 409, code: 'audience_taken' })
  })
})

describe('signing keys', () => {
  it('are published before they sign, one rotation at a time, and leave when their last token is dead', async () => {
    const path = `${await newTenant()}/signing-keys`
    office.clock.at += 1000
    const before = office.clock.at
    const statuses = async (after: number) => {
      office.clock.at = before + after * 1000
      return (await call('GET', path)).body.items.map(({ status }: { status: string }) => status)
    }
    expect((await call('POST', path)).body).toMatchObject({ alg: 'ES256', status: 'published', activates_at: '2030-01-01T01:00:01.000Z' })
    expect(await call('POST', path, { alg: 'ES256' })).toMatchObject({ status: 409, code: 'rotation_pending' })
    expect(await statuses(3599)).toEqual(['signing', 'published'])
    expect(await statuses(3600)).toEqual(['retiring', 'signing'])
    expect(await statuses(3600 + day + 901)).toEqual(['retired', 'signing'])
    expect((await call('POST', path, { compromised: true })).body).toMatchObject({ status: 'signing' })
    expect(await statuses(3600 + day + 902)).toEqual(['compromised', 'compromised', 'signing'])
    office.clock.at = before
    expect(await call('POST', path, { alg: 'none' })).toMatchObject({ status: 400, code: 'alg_unknown' })
  })
})
