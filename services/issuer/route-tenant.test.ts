import type { DirectoryEntry } from '@chancery/event-store'
import { issuerUrls } from '@chancery/http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Routing, routeTenant, type TenantClues } from './route-tenant.ts'
import { acme, directoryEntry, handClock } from './spec.ts'
import { tenantDirectory } from './tenant-directory.ts'

const entry = (number: number, changes: Partial<DirectoryEntry>): DirectoryEntry =>
  directoryEntry({ tenantId: acme.replace(/a$/, String(number)), workspaces: [], ...changes })

const entries = [
  entry(1, { name: 'default', accountId: 'account-default' }),
  entry(2, {
    name: 'acme',
    accountId: 'account-acme',
    hosts: ['acme.example', 'acme.example:8443'],
    workspaces: [{ workspaceId: 'w1', name: 'sales', audience: 'sales-lake', hosts: ['sales.example'] }],
  }),
  entry(3, { name: 'zeta', accountId: 'account-zeta', hosts: ['zeta.example'] }),
  entry(4, { name: 'gone', accountId: 'account-gone', hosts: ['gone.example'], status: 'deleted' }),
]

const routingOf = async (defaultTenant: string | undefined = 'default'): Promise<Routing & { asked: () => number }> => {
  let asked = 0
  const source = async () => {
    asked += 1
    return { entries, cursor: '1' }
  }
  const directory = tenantDirectory({ source, clock: handClock(), maxTokenLifeSeconds: 86_400 })
  await directory.refresh()
  asked = 0
  return { directory, urls: issuerUrls('https://auth.example'), defaultTenant, asked: () => asked }
}

const clues = (changes: Partial<TenantClues> = {}): TenantClues => ({
  pathTenant: undefined,
  pathAccount: undefined,
  host: 'auth.example',
  realm: undefined,
  ...changes,
})

const route = async (changes: Partial<TenantClues>, routing?: Routing): Promise<unknown> => {
  const routed = await routeTenant(routing ?? (await routingOf()), clues(changes))
  if (!routed.accepted) return routed.reason
  const { door } = routed
  return `${routed.tenant.name} ${door.kind === 'workspace' ? door.workspaceId : door.kind}`
}

describe('a request that names no tenant', () => {
  it.each(['auth.example', 'localhost:8181', '127.0.0.1', '[::1]:8181', ''])(
    'is the default tenant’s at the server’s own host (%j)',
    async (host) => {
      expect(await route({ host })).toBe('default tenant')
    },
  )

  it('is nobody’s at a host that nobody registered', async () => {
    expect(await route({ host: 'stranger.example' })).toBe('tenant_unknown')
  })

  it('is nobody’s where there is no default tenant, or the default tenant does not exist', async () => {
    const routing = await routingOf()
    expect(await route({}, { ...routing, defaultTenant: undefined })).toBe('tenant_unknown')
    expect(await route({}, { ...routing, defaultTenant: 'nobody' })).toBe('tenant_unknown')
  })
})

describe('a request finds its tenant', () => {
  it.each<[string, Partial<TenantClues>, string]>([
    ['by its path', { pathTenant: 'acme' }, 'acme tenant'],
    ['by its account', { pathAccount: 'account-acme' }, 'acme account'],
    ['by the realm header', { realm: 'acme' }, 'acme tenant'],
    ['by a host', { host: 'acme.example' }, 'acme tenant'],
    ['by a host with its port', { host: 'acme.example:8443' }, 'acme tenant'],
    ['by a host with another port', { host: 'acme.example:9' }, 'acme tenant'],
    ['by the host of a workspace', { host: 'sales.example' }, 'acme w1'],
  ])('%s', async (_name, changes, expected) => {
    expect(await route(changes)).toBe(expected)
    expect(await route({ host: changes.host === undefined ? 'rewritten.by.proxy' : changes.host, ...changes })).toBe(expected)
  })

  it.each<[string, Partial<TenantClues>, string]>([
    ['by path', { pathTenant: 'nobody' }, 'tenant_unknown'],
    ['by account', { pathAccount: 'nobody' }, 'tenant_unknown'],
    ['by the realm header', { realm: 'nobody' }, 'realm_unknown'],
    ['by an empty realm header', { realm: '' }, 'realm_unknown'],
    ['by the host of one that is deleted', { host: 'gone.example' }, 'tenant_unknown'],
    ['by a name that means something to objects', { pathTenant: '__proto__' }, 'tenant_unknown'],
    ['by another case', { pathTenant: 'ACME' }, 'tenant_unknown'],
  ])('and nobody else %s', async (_name, changes, expected) => {
    expect(await route(changes)).toBe(expected)
  })

  it('that is deleted, so that it is refused like an unknown client', async () => {
    expect(await route({ pathTenant: 'gone' })).toBe('gone tenant')
  })

  it('that was registered a moment ago, by one look into the database', async () => {
    const routing = await routingOf()
    await route({ pathTenant: 'acme' }, routing)
    await route({ host: 'sales.example' }, routing)
    await route({ pathTenant: 'acme', host: 'stranger.example' }, routing)
    expect(routing.asked()).toBe(0)
    await route({ host: 'stranger.example' }, routing)
    expect(routing.asked()).toBe(1)
  })
})

describe('a request that names tenants twice', () => {
  it.each<[Partial<TenantClues>, string]>([
    [{ pathTenant: 'acme', realm: 'acme', host: 'acme.example' }, 'acme tenant'],
    [{ pathTenant: 'acme', pathAccount: 'account-acme' }, 'acme account'],
    [{ pathTenant: 'acme', host: 'sales.example' }, 'acme w1'],
    [{ realm: 'acme', host: 'sales.example' }, 'acme w1'],
    [{ pathAccount: 'account-acme', host: 'sales.example' }, 'acme account'],
    [{ pathTenant: 'acme', host: 'auth.example' }, 'acme tenant'],
  ])('is theirs when all agree: %j', async (changes, expected) => {
    expect(await route(changes)).toBe(expected)
  })

  it.each<Partial<TenantClues>>([
    { pathTenant: 'acme', realm: 'zeta' },
    { pathTenant: 'acme', pathAccount: 'account-zeta' },
    { pathTenant: 'acme', host: 'zeta.example' },
    { realm: 'acme', host: 'zeta.example' },
    { pathAccount: 'account-acme', host: 'zeta.example' },
    { pathAccount: 'account-acme', realm: 'zeta' },
    { pathTenant: 'default', host: 'sales.example' },
  ])('is nobody’s when they differ: %j', async (changes) => {
    expect(await route(changes)).toBe('tenants_differ')
  })

  it('is nobody’s when one of them is unknown', async () => {
    expect(await route({ pathTenant: 'acme', realm: 'nobody' })).toBe('realm_unknown')
    expect(await route({ pathTenant: 'nobody', realm: 'acme' })).toBe('tenant_unknown')
    expect(await route({ pathTenant: 'nobody', host: 'acme.example' })).toBe('tenant_unknown')
  })

  it('is never anybody’s but the one whom every clue names', async () => {
    const name = fc.constantFrom(undefined, 'acme', 'zeta', 'default', 'nobody')
    const owner = new Map([
      ['acme.example', 'acme'],
      ['sales.example', 'acme'],
      ['zeta.example', 'zeta'],
    ])
    const routing = await routingOf()
    const host = fc.constantFrom('auth.example', 'stranger.example', ...owner.keys())
    await fc.assert(
      fc.asyncProperty(fc.record({ pathTenant: name, account: name, realm: name, host }), async ({ account, ...rest }) => {
        const pathAccount = account === undefined ? undefined : `account-${account}`
        const routed = await routeTenant(routing, { ...rest, pathAccount })
        const named = new Set([rest.pathTenant, account, rest.realm, owner.get(rest.host)].filter((one) => one !== undefined))
        const expected = named.size === 0 && rest.host === 'auth.example' ? ['default'] : [...named]
        expect(routed.accepted).toBe(expected.length === 1 && expected[0] !== 'nobody')
        expect(routed.accepted ? routed.tenant.name : expected[0]).toBe(expected[0])
      }),
      { numRuns: 300 },
    )
  })
})
