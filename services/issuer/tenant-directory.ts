import type { DirectoryEntry } from '@chancery/event-store'
import { asId, type Clock, type Milliseconds, type Seconds, type TenantId } from '@chancery/kernel'
import { type JwksDocument, jwksDocument, publishedKeys, type SigningKey, signingKeyFrom } from '@chancery/tokens'
import { freshFlight } from './fresh-flight.ts'

/** What has changed since a cursor; without one, everything. */
export type DirectorySource = (
  cursor: string | undefined,
) => Promise<{ readonly entries: readonly DirectoryEntry[]; readonly cursor: string }>

export interface ListedTenant extends Omit<DirectoryEntry, 'signingKeys' | 'tenantId'> {
  readonly tenantId: TenantId
  readonly keys: readonly SigningKey[]
}

/** Where a host leads: to a tenant, or to one of its workspaces. */
export interface HostTarget {
  readonly tenant: ListedTenant
  readonly workspaceId: string | undefined
}

/**
 * All tenants' names and public keys, in memory: JWKS, discovery and routing answer from here with nothing behind them. An entry may be
 * older than the database; whoever decides on a tenant passes the gate first. A name that is not here is looked for once in the database.
 */
export interface TenantDirectory {
  byName(name: string): Promise<ListedTenant | undefined>
  byAccount(accountId: string): Promise<ListedTenant | undefined>
  byHost(host: string): Promise<HostTarget | undefined>
  /** A host that is in memory already; for hosts that may be anybody's. */
  knownHost(host: string): HostTarget | undefined
  byId(tenantId: TenantId): ListedTenant | undefined
  jwks(tenant: ListedTenant): JwksDocument
  /** Takes in what has changed. Rejects with a Fault when the database does not answer. */
  refresh(): Promise<void>
  /** When the key set was last confirmed with the database, in monotonic milliseconds. */
  confirmedAt(): Milliseconds
}

/** What a tenant can be called; nobody is looked for in the database by anything else. */
const tenantName = /^[a-z0-9-]{1,63}$/

/** Milliseconds for which a JWKS document is kept; key states change with time, not only with events. */
const jwksLifeMs = 1000

const listed = (entry: DirectoryEntry): ListedTenant => {
  const { tenantId, signingKeys, ...rest } = entry
  return { ...rest, tenantId: asId<TenantId>(tenantId), keys: signingKeys.map(signingKeyFrom) }
}

const hostTargets = (tenant: ListedTenant): [string, HostTarget][] => [
  ...tenant.hosts.map((host): [string, HostTarget] => [host, { tenant, workspaceId: undefined }]),
  ...tenant.workspaces.flatMap(({ workspaceId, hosts }) => hosts.map((host): [string, HostTarget] => [host, { tenant, workspaceId }])),
]

export interface DirectoryOptions {
  readonly source: DirectorySource
  readonly clock: Clock
  /** The hard cap on the life of an access token: how long a replaced key stays published. */
  readonly maxTokenLifeSeconds: Seconds
}

/** The tenants by everything that leads to them. */
class DirectoryIndex {
  readonly byId = new Map<TenantId, ListedTenant>()
  readonly byName = new Map<string, ListedTenant>()
  readonly byAccount = new Map<string, ListedTenant>()
  readonly byHost = new Map<string, HostTarget>()

  take(tenant: ListedTenant): void {
    this.#dropHosts(tenant.tenantId)
    this.byId.set(tenant.tenantId, tenant)
    DirectoryIndex.#claim(this.byName, tenant.name, tenant)
    DirectoryIndex.#claim(this.byAccount, tenant.accountId, tenant)
    if (tenant.status !== 'deleted') for (const [host, target] of hostTargets(tenant)) this.byHost.set(host, target)
  }

  #dropHosts(tenantId: TenantId): void {
    const former = this.byId.get(tenantId)
    for (const [host] of former === undefined ? [] : hostTargets(former)) {
      if (this.byHost.get(host)?.tenant.tenantId === tenantId) this.byHost.delete(host)
    }
  }

  /** A living tenant takes a name from a deleted one; a deleted one never takes a name from anybody. */
  static #claim(map: Map<string, ListedTenant>, key: string, tenant: ListedTenant): void {
    const holder = map.get(key)
    if (holder === undefined || holder.tenantId === tenant.tenantId || tenant.status !== 'deleted') map.set(key, tenant)
  }
}

/** JWKS documents, each for as long as it may be repeated without looking at the time again. */
const jwksDocuments = (clock: Clock, maxTokenLifeSeconds: Seconds): ((tenant: ListedTenant) => JwksDocument) => {
  const kept = new WeakMap<ListedTenant, { readonly document: JwksDocument; readonly until: Milliseconds }>()
  return (tenant) => {
    const now = clock.now()
    const known = kept.get(tenant)
    if (known !== undefined && now < known.until) return known.document
    const document = jwksDocument(publishedKeys(tenant.keys, now, maxTokenLifeSeconds))
    kept.set(tenant, { document, until: now + jwksLifeMs })
    return document
  }
}

export const tenantDirectory = ({ source, clock, maxTokenLifeSeconds }: DirectoryOptions): TenantDirectory => {
  const index = new DirectoryIndex()
  let cursor: string | undefined
  let confirmedAt = Number.NEGATIVE_INFINITY

  const refresh = freshFlight(async () => {
    const began = clock.monotonic()
    const changed = await source(cursor)
    for (const entry of changed.entries) index.take(listed(entry))
    cursor = changed.cursor
    confirmedAt = began
  })

  const found = async <Found>(look: () => Found | undefined): Promise<Found | undefined> => {
    const known = look()
    if (known !== undefined) return known
    await refresh()
    return look()
  }

  return {
    byName: async (name) => (tenantName.test(name) ? found(() => index.byName.get(name)) : undefined),
    byAccount: (accountId) => found(() => index.byAccount.get(accountId)),
    byHost: (host) => found(() => index.byHost.get(host)),
    knownHost: (host) => index.byHost.get(host),
    byId: (tenantId) => index.byId.get(tenantId),
    jwks: jwksDocuments(clock, maxTokenLifeSeconds),
    refresh,
    confirmedAt: () => confirmedAt,
  }
}
