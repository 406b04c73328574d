import type { PrincipalRights } from '@chancery/domain'
import type { LoadedTenant, TenantReads } from '@chancery/event-store'
import type { Gate, GateFill, GateReading, Known, TenantVersions } from '@chancery/gate'
import { asId, type PrincipalId, type TenantId } from '@chancery/kernel'
import { LRUCache } from 'lru-cache'
import { freshFlights } from './fresh-flight.ts'

/** How a request names its principal: by client id, by the id inside a secret of ours, or by MACs of a secret that names nothing. */
export type RightsKey = { readonly clientId: string } | { readonly secretId: string } | { readonly secretMacs: readonly string[] }

export interface Rights {
  readonly tenant: LoadedTenant
  /** Absent when the tenant has no such principal. */
  readonly principal: PrincipalRights | undefined
}

/** Reads of one tenant in one snapshot; rejects with a Fault. */
export type ReadTenant = <Result>(tenantId: TenantId, work: (reads: TenantReads) => Promise<Result>) => Promise<Result>

interface CachedPrincipal {
  readonly principal: PrincipalRights | undefined
  readonly tenantVersion: number
}

interface Wanted {
  readonly tenantId: TenantId
  readonly key: RightsKey
  /** The key under which the principal is kept. */
  readonly cached: string
}

/** Entries kept of each kind. */
export interface RightsCacheLimits {
  readonly maxTenants: number
  readonly maxPrincipals: number
}

const defaultLimits: RightsCacheLimits = { maxTenants: 20_000, maxPrincipals: 100_000 }
/** Rough bytes of what is kept, so that a tenant with long lists cannot push memory past its bound. */
const maxTenantBytes = 128 * 1024 * 1024
const maxPrincipalBytes = 128 * 1024 * 1024

const textsSize = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + 2 * text.length + 16, 0)

const principalSize = ({ principal }: CachedPrincipal, key: string): number => {
  if (principal === undefined) return 128 + 2 * key.length
  const { roles, workspaceIds, policy, secrets } = principal
  return (
    1024 +
    2 * key.length +
    textsSize(roles) +
    textsSize(workspaceIds) +
    textsSize(policy.scopes) +
    textsSize(policy.audiences) +
    256 * secrets.length
  )
}

const tenantSize = ({ rights, signingKeys }: LoadedTenant): number =>
  1024 + 512 * rights.workspaces.length + 1024 * rights.resources.length + 4096 * signingKeys.length

const versionOf = <Version>(known: Known<Version> | undefined): Version | undefined =>
  known !== undefined && 'version' in known ? known.version : undefined

const leaseOf = <Version>(known: Known<Version> | undefined): symbol | undefined =>
  known !== undefined && 'lease' in known ? known.lease : undefined

const idOf = (principal: PrincipalRights): PrincipalId => asId<PrincipalId>(principal.principalId)

/** Distinct for distinct keys: a tenant id has a fixed form, and no kind of key can be read as another. */
const cacheKey = (tenantId: TenantId, key: RightsKey): string => {
  if ('clientId' in key) return `${tenantId} client ${key.clientId}`
  return 'secretId' in key ? `${tenantId} secret ${key.secretId}` : `${tenantId} macs ${key.secretMacs.join(' ')}`
}

/** Whether a cached principal still is what the gate says; an absence holds only while nothing at all has changed in the tenant. */
const isFresh = (cached: CachedPrincipal, reading: GateReading): boolean => {
  if (cached.principal === undefined) return versionOf(reading.tenant)?.tenant === cached.tenantVersion
  const current = versionOf(reading.principals.get(idOf(cached.principal)))
  return current !== undefined && cached.principal.principalVersion >= current
}

const isFreshTenant = (cached: LoadedTenant, current: TenantVersions | undefined): boolean =>
  current !== undefined && cached.rights.policyVersion >= current.policy

/** What the gate is given after a load: the versions that were loaded, where it left leases. */
const fillOf = (tenantId: TenantId, reading: GateReading, { tenant, principal }: Rights): GateFill => {
  const tenantLease = leaseOf(reading.tenant)
  const versions = { tenant: tenant.tenantVersion, policy: tenant.rights.policyVersion }
  const principalId = principal === undefined ? undefined : idOf(principal)
  const lease = principalId === undefined ? undefined : leaseOf(reading.principals.get(principalId))
  return {
    tenantId,
    ...(tenantLease === undefined ? {} : { tenant: { lease: tenantLease, versions } }),
    ...(principalId === undefined || lease === undefined
      ? {}
      : { principal: { lease, principalId, version: principal?.principalVersion ?? 0 } }),
  }
}

/** Tenants and principals in memory, each used only when the gate says that it is current. Bounded by entries and by bytes. */
export class RightsCache {
  readonly #tenants: LRUCache<TenantId, LoadedTenant>
  readonly #principals: LRUCache<string, CachedPrincipal>
  readonly #gate: Gate
  readonly #load: (flight: string, wanted: Wanted) => Promise<Rights | undefined>

  constructor(gate: Gate, readTenant: ReadTenant, { maxTenants, maxPrincipals }: RightsCacheLimits = defaultLimits) {
    this.#gate = gate
    this.#tenants = new LRUCache({ max: maxTenants, maxSize: maxTenantBytes, sizeCalculation: tenantSize })
    this.#principals = new LRUCache({ max: maxPrincipals, maxSize: maxPrincipalBytes, sizeCalculation: principalSize })
    this.#load = freshFlights(async (wanted) => {
      const { tenantId, key } = wanted
      const loaded = await readTenant(tenantId, async (reads) => ({ tenant: await reads.tenant(), principal: await reads.principal(key) }))
      return this.#keep(wanted, loaded)
    })
  }

  /**
   * The tenant and the principal as of now or later, by way of the gate. Undefined when there is no such tenant. Rejects with a Fault when
   * what is cached is not confirmed and the database does not answer.
   */
  async rightsFor(tenantId: TenantId, key: RightsKey): Promise<Rights | undefined> {
    const cached = cacheKey(tenantId, key)
    const known = this.#principals.get(cached)
    const tenant = this.#tenants.get(tenantId)
    const reading = await this.#gate.pass({ tenantId, principalIds: known?.principal === undefined ? [] : [idOf(known.principal)] })
    if (tenant !== undefined && known !== undefined && isFreshTenant(tenant, versionOf(reading.tenant)) && isFresh(known, reading)) {
      return { tenant, principal: known.principal }
    }
    const loaded = await this.#load(cached, { tenantId, key, cached })
    if (loaded !== undefined) await this.#gate.fill(fillOf(tenantId, reading, loaded))
    return loaded
  }

  #keep(
    { tenantId, cached }: Wanted,
    { tenant, principal }: { readonly tenant: LoadedTenant | undefined; readonly principal: PrincipalRights | undefined },
  ): Rights | undefined {
    if (tenant === undefined) return undefined
    const kept = this.#tenants.get(tenantId)
    if (kept === undefined || kept.tenantVersion <= tenant.tenantVersion) this.#tenants.set(tenantId, tenant)
    this.#principals.set(cached, { principal, tenantVersion: tenant.tenantVersion })
    return { tenant, principal }
  }
}
