import {
  credentials,
  initialIssuancePolicy,
  operatorTokens,
  policies,
  principals,
  resources,
  secretLimits,
  signingKeys,
  streams,
  tenants,
  workspaces,
} from '@chancery/domain'
import { asId, Fault, type TenantId } from '@chancery/kernel'
import { beforeAll, describe, expect, test } from 'vitest'
import { platformTenantId } from './platform-tenant.ts'
import type { Change, Committed, EventStore, Unit } from './store.ts'

export type Announce = (committed: Committed) => Promise<void>

/** What an adapter brings to the suite: stores over one and the same database, each with somebody of its own to tell. */
export interface StoreUnderTest {
  storeTelling(announce: Announce): EventStore
}

const text = (): string => crypto.randomUUID()
export const newTenantId = (): TenantId => asId<TenantId>(text())
const macOf = (secret: string): string => Buffer.from(secret.padEnd(32, '.')).toString('base64')

interface NewTenant {
  readonly tenantId: TenantId
  readonly name?: string
  readonly hosts?: readonly string[]
  readonly accountId?: string
}

export const createTenant = (store: EventStore, { tenantId, name = text(), hosts = [], accountId = text() }: NewTenant) =>
  store.for(tenantId).change((unit) => unit.decide(streams.tenant, tenants, { kind: 'create', tenantId, name, hosts, accountId }))

interface NewPrincipal {
  readonly principalId: string
  readonly name?: string
  readonly clientId?: string
}

export const createPrincipal = (unit: Unit, { principalId, name = text(), clientId = text() }: NewPrincipal) =>
  unit.decide(streams.principal(principalId), principals, {
    kind: 'create',
    principalId,
    personalId: text(),
    principalKind: 'service',
    name,
    clientId,
    roles: [],
    isEnabled: true,
    workspaceIds: [],
  })

export const setRoles = (unit: Unit, principalId: string, roles: readonly string[]) =>
  unit.decide(streams.principal(principalId), principals, { kind: 'change', roles })

export const issueSecret = (unit: Unit, principalId: string, secret: { secretId: string; mac?: string; isImported?: boolean }) =>
  unit.decide(streams.principal(principalId), credentials, {
    kind: 'issue',
    at: 1_000,
    secretId: secret.secretId,
    lifetimeSeconds: 60,
    isImported: secret.isImported ?? false,
    mac: secret.mac ?? macOf(secret.secretId),
    pepperId: 'pepper',
    limits: secretLimits,
  })

export const createWorkspace = (unit: Unit, workspaceId: string, hosts: readonly string[] = []) =>
  unit.decide(streams.workspace(workspaceId), workspaces, {
    kind: 'create',
    workspaceId,
    name: workspaceId,
    audience: `aud-${workspaceId}`,
    hosts,
  })

const registerResource = (unit: Unit, resourceId: string, audience: string) =>
  unit.decide(streams.resource(resourceId), resources, {
    kind: 'register',
    resourceId,
    settings: { audience, claims: { tier: { value: 'gold' } }, acceptsAccountTokens: true },
  })

export const addKey = (unit: Unit, kid: string, isCompromised = false) =>
  unit.decide(streams.signingKeys, signingKeys, {
    kind: 'add',
    kid,
    alg: 'ES256',
    publicJwk: { kty: 'EC', kid },
    createdAt: 1_000,
    activatesAt: 1_000,
    sealedPrivateKey: `sealed-${kid}`,
    isCompromised,
  })

/** A tenant with something in every read table, under ids that start with `prefix`. */
export const furnish = async (store: EventStore, tenantId: TenantId, prefix: string): Promise<void> => {
  await createTenant(store, { tenantId, hosts: [`${prefix}.example`] })
  const change = await store.for(tenantId).change(async (unit) => {
    await addKey(unit, `${prefix}-key`)
    await createWorkspace(unit, `${prefix}-w`, [`${prefix}-w.example`])
    await registerResource(unit, `${prefix}-r`, `${prefix}-audience`)
    await createPrincipal(unit, { principalId: `${prefix}-p`, name: `${prefix}-name`, clientId: `${prefix}-client` })
    const policy = { ...initialIssuancePolicy, accessTokenTtlSeconds: 60 }
    await unit.decide(streams.principal(`${prefix}-p`), policies, { kind: 'set-policy', policyId: `${prefix}-policy`, policy })
    return issueSecret(unit, `${prefix}-p`, { secretId: `${prefix}-s`, isImported: true })
  })
  expect(change.accepted).toBe(true)
}

const reasonOf = (change: Change<string>): string => (change.accepted ? 'accepted' : change.reason)

/** What every event store promises, whatever it keeps its events in. */
export const eventStoreContract = (name: string, open: () => Promise<StoreUnderTest>): void => {
  describe(`${name} is an event store`, () => {
    let under: StoreUnderTest
    let store: EventStore
    let told: Committed[]
    beforeAll(async () => {
      under = await open()
      told = []
      store = under.storeTelling(async (committed) => void told.push(committed))
    })

    test('what was appended is read at once, in another store too', async () => {
      const tenantId = newTenantId()
      await furnish(store, tenantId, tenantId)
      const other = under.storeTelling(async () => undefined).for(tenantId)
      const [tenant, principal] = await other.read(async (reads) => [
        await reads.tenant(),
        await reads.principal({ clientId: `${tenantId}-client` }),
      ])
      expect(tenant).toMatchObject({ hosts: [`${tenantId}.example`], tenantVersion: 7, rights: { status: 'active', policyVersion: 4 } })
      expect(tenant?.signingKeys).toMatchObject([{ kid: `${tenantId}-key`, sealedPrivateKey: `sealed-${tenantId}-key` }])
      expect(principal).toMatchObject({ name: `${tenantId}-name`, principalVersion: 7, policy: { accessTokenTtlSeconds: 60 } })
      expect(Buffer.from(principal?.secrets[0]?.mac ?? []).toString('base64')).toBe(macOf(`${tenantId}-s`))
    })

    test('a principal is found by its id, its client id, a secret of its own and the MAC of an imported one', async () => {
      const tenantId = newTenantId()
      await furnish(store, tenantId, tenantId)
      const keys = [
        { principalId: `${tenantId}-p` },
        { clientId: `${tenantId}-client` },
        { secretId: `${tenantId}-s` },
        { secretMacs: [macOf('of another pepper'), macOf(`${tenantId}-s`)] },
      ]
      const found = await store.for(tenantId).read(async (reads) => {
        const ids: (string | undefined)[] = []
        for (const key of keys) ids.push((await reads.principal(key))?.principalId)
        return ids
      })
      expect(found).toEqual(keys.map(() => `${tenantId}-p`))
    })

    test('a name that no text column can hold finds nothing', async () => {
      const tenantId = newTenantId()
      await furnish(store, tenantId, tenantId)
      const found = await store
        .for(tenantId)
        .read(async (reads) => [
          await reads.principal({ clientId: 'a\0b' }),
          (await reads.principals({ limit: 1, cursor: undefined, name: 'a\0b' })).items[0],
          await reads.resource('a\0b'),
          await reads.operatorToken('a\0b'),
        ])
      expect(found).toEqual([undefined, undefined, undefined, undefined])
    })

    test('a rejection leaves nothing behind and tells nobody', async () => {
      const tenantId = newTenantId()
      await createTenant(store, { tenantId })
      told.length = 0
      const change = await store.for(tenantId).change(async (unit) => {
        await createPrincipal(unit, { principalId: 'p' })
        return setRoles(unit, 'nobody', ['admin'])
      })
      expect(reasonOf(change)).toBe('principal_unknown')
      expect(told).toEqual([])
      expect(await store.for(tenantId).read((reads) => reads.principal({ principalId: 'p' }))).toBeUndefined()
    })

    test('a change of one principal raises its version and the tenant’s, never the policy version', async () => {
      const tenantId = newTenantId()
      await createTenant(store, { tenantId })
      await store.for(tenantId).change((unit) => createPrincipal(unit, { principalId: 'p' }))
      const change = await store.for(tenantId).change((unit) => setRoles(unit, 'p', ['analyst']))
      expect(change).toMatchObject({ versions: { tenant: 3, principals: new Map([['p', 3]]) } })
      expect(change).not.toHaveProperty('versions.policy')
      const tenant = await store.for(tenantId).read((reads) => reads.tenant())
      expect(tenant).toMatchObject({ tenantVersion: 3, rights: { policyVersion: 1 } })
    })

    test('a command that changes nothing still tells, with the versions as they are', async () => {
      const tenantId = newTenantId()
      await createTenant(store, { tenantId })
      const revoke = () =>
        store.for(tenantId).change((unit) => unit.decide(streams.principal('p'), credentials, { kind: 'revoke', secretId: 's' }))
      await store.for(tenantId).change(async (unit) => {
        await createPrincipal(unit, { principalId: 'p' })
        return issueSecret(unit, 'p', { secretId: 's' })
      })
      await revoke()
      await store.for(tenantId).change((unit) => createWorkspace(unit, 'w'))
      told.length = 0
      await revoke()
      expect(told).toEqual([{ tenantId, events: [], versions: { tenant: 5, principals: new Map([['p', 4]]) } }])
      await store.for(tenantId).change((unit) => unit.decide(streams.tenant, tenants, { kind: 'resume' }))
      expect(told[1]).toMatchObject({ events: [], versions: { tenant: 5, policy: 5 } })
    })

    test('what could not be told stays appended, is not answered, and is told by the repeated call', async () => {
      const tenantId = newTenantId()
      await createTenant(store, { tenantId })
      const mute = under.storeTelling(() => Promise.reject(new Error('nobody listens')))
      const suspend = (unit: Unit) => unit.decide(streams.tenant, tenants, { kind: 'suspend' })
      const fault = await mute
        .for(tenantId)
        .change(suspend)
        .catch((error: unknown) => error)
      expect(fault).toMatchObject({ code: 'not_told', retryable: true })
      expect(fault).toBeInstanceOf(Fault)
      told.length = 0
      await store.for(tenantId).change(suspend)
      expect(told).toMatchObject([{ events: [], versions: { tenant: 2, policy: 2 } }])
    })

    test('names, hosts, accounts, audiences, client ids and imported secrets are held once', async () => {
      const [tenantId, rival] = [newTenantId(), newTenantId()]
      await furnish(store, tenantId, tenantId)
      await createTenant(store, { tenantId: rival, name: rival, accountId: rival })
      const inTenant = (work: (unit: Unit) => Promise<Awaited<ReturnType<typeof setRoles>>>) => store.for(tenantId).change(work)
      const refusals = [
        await createTenant(store, { tenantId: newTenantId(), name: rival }),
        await createTenant(store, { tenantId: newTenantId(), accountId: rival }),
        await createTenant(store, { tenantId: newTenantId(), hosts: [`${tenantId}-w.example`] }),
        await store.for(rival).change((unit) => createWorkspace(unit, 'w', [`${tenantId}.example`])),
        await inTenant((unit) => createPrincipal(unit, { principalId: 'q', name: `${tenantId}-name` })),
        await inTenant((unit) => createPrincipal(unit, { principalId: 'q', clientId: `${tenantId}-client` })),
        await store.for(tenantId).change((unit) => registerResource(unit, 'q', `${tenantId}-audience`)),
        await store
          .for(tenantId)
          .change((unit) => issueSecret(unit, `${tenantId}-p`, { secretId: 'q', isImported: true, mac: macOf(`${tenantId}-s`) })),
      ]
      const expected = ['name', 'account', 'host', 'host', 'name', 'client_id', 'audience', 'secret'].map((what) => `${what}_taken`)
      expect(refusals.map(reasonOf)).toEqual(expected)
    })

    test('what a deletion frees can be taken again', async () => {
      const [tenantId, heir] = [newTenantId(), newTenantId()]
      const taken = { name: tenantId, accountId: tenantId, hosts: [`${tenantId}.example`] }
      await createTenant(store, { tenantId, ...taken })
      await store.for(tenantId).change((unit) => createPrincipal(unit, { principalId: 'p', name: 'etl' }))
      await store.for(tenantId).change((unit) => unit.decide(streams.principal('p'), principals, { kind: 'delete' }))
      const again = await store.for(tenantId).change((unit) => createPrincipal(unit, { principalId: 'p2', name: 'etl' }))
      expect(reasonOf(again)).toBe('accepted')
      await store.for(tenantId).change((unit) => unit.decide(streams.tenant, tenants, { kind: 'delete' }))
      expect(reasonOf(await createTenant(store, { tenantId: heir, ...taken }))).toBe('accepted')
      expect(await store.for(tenantId).read((reads) => reads.tenant())).toBeUndefined()
    })

    test('a revoked secret, a deleted principal and a removed resource are absent', async () => {
      const tenantId = newTenantId()
      await furnish(store, tenantId, tenantId)
      const tenant = store.for(tenantId)
      const stream = streams.principal(`${tenantId}-p`)
      await tenant.change((unit) => unit.decide(stream, credentials, { kind: 'revoke', secretId: `${tenantId}-s` }))
      expect(await tenant.read((reads) => reads.secrets(`${tenantId}-p`))).toEqual([])
      await tenant.change((unit) => unit.decide(stream, principals, { kind: 'delete' }))
      await tenant.change((unit) => unit.decide(streams.resource(`${tenantId}-r`), resources, { kind: 'remove' }))
      const left = await tenant.read(async (reads) => [
        await reads.principal({ principalId: `${tenantId}-p` }),
        await reads.resource(`${tenantId}-r`),
      ])
      expect(left).toEqual([undefined, undefined])
    })

    test('lists come in pages, filtered, and refuse a cursor of their own making only', async () => {
      const tenantId = newTenantId()
      await createTenant(store, { tenantId })
      await store.for(tenantId).change(async (unit) => {
        for (const id of ['a', 'b']) await createPrincipal(unit, { principalId: id, name: `name-${id}` })
        return createPrincipal(unit, { principalId: 'c', name: 'name-c' })
      })
      const list = (page: { limit: number; cursor: string | undefined; name?: string }) =>
        store.for(tenantId).read((reads) => reads.principals(page))
      const first = await list({ limit: 2, cursor: undefined })
      const second = await list({ limit: 2, cursor: first.nextCursor })
      expect([...first.items, ...second.items].map(({ principalId }) => principalId)).toEqual(['a', 'b', 'c'])
      expect(second.nextCursor).toBeUndefined()
      expect((await list({ limit: 9, cursor: undefined, name: 'name-b' })).items).toMatchObject([{ principalId: 'b' }])
      await expect(list({ limit: 9, cursor: 'WyIAIl0' })).rejects.toMatchObject({ code: 'bad_cursor', retryable: false })
      await expect(list({ limit: 0, cursor: undefined })).rejects.toMatchObject({ code: 'bad_cursor' })
    })

    test('the platform keeps its operators’ tokens without being a tenant', async () => {
      const platform = store.for(platformTenantId)
      const tokenId = text()
      const issue = { kind: 'issue', at: 5, tokenId, label: 'laptop', mac: macOf(tokenId), pepperId: 'pepper' } as const
      const issued = await platform.change((unit) => unit.decide(streams.operatorTokens, operatorTokens, issue))
      const row = await platform.read((reads) => reads.operatorToken(tokenId))
      expect(Buffer.from(row?.mac ?? []).toString('base64')).toBe(macOf(tokenId))
      const revoked = await platform.change((unit) => unit.decide(streams.operatorTokens, operatorTokens, { kind: 'revoke', tokenId }))
      expect(revoked.accepted && issued.accepted && revoked.versions.tenant - issued.versions.tenant).toBe(1)
      expect(await platform.read((reads) => reads.operatorToken(tokenId))).toBeUndefined()
      expect(await platform.read((reads) => reads.tenant())).toBeUndefined()
    })
  })
}
