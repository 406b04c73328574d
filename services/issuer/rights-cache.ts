import type { PrincipalRights } from '@chancery/domain'
import type { LoadedTenant, TenantReads } from '@chancery/event-store'
import type { Gate, GateReading, Known, TenantVersions } from '@chancery/gate'
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

const maxTenants = 20_000
const maxPrincipals = 100_000
/** Rough bytes of what is kept, so that a tenant with long lists cannot push memory past its bound. */
const maxTenantBytes = 128 * 1024 * 1024
const maxPrincipalBytes = 128 * 1024 * 1024

const textsSize = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + 2 * text.length + 16, 0)

const principalSize = ({ principal }: CachedPrincipal): number => {
  if (principal === undefined) return 128
  const { roles, workspaceIds, policy, secrets } = principal
  return 1024 + textsSize(roles) + textsSize(workspaceIds) + textsSize(policy.scopes) + textsSize(policy.audiences) + 256 * secrets.length
}

const tenantSize = ({ rights, signingKeys }: LoadedTenant): number =>
  1024 + 512 * rights.workspaces.length + 1024 * rights.resources.length + 4096 * signingKeys.length

const versionOf = <Version>(known: Known<Version> | undefined): Version | undefined =>
  known !== undefined && 'version' in known ? known.version : undefined

const leaseOf = <Version>(known: Known<Version> | undefined): symbol | undefined =>
  known !== undefined && 'lease' in known ? known.lease : undefined

const idOf = (principal: PrincipalRights): PrincipalId => asId<PrincipalId>(principal.principalId)

const cacheKey = (tenantId: TenantId, key: RightsKey): string => JSON.stringify([tenantId, key])

/** Whether a cached principal still is what the gate says; an absence holds only while nothing at all has changed in the tenant. */
const isFresh = (cached: CachedPrincipal, reading: GateReading): boolean => {
  if (cached.principal === undefined) return versionOf(reading.tenant)?.tenant === cached.tenantVersion
  const current = versionOf(reading.principals.get(idOf(cached.principal)))
  return current !== undefined && cached.principal.principalVersion >= current
}

const isFreshTenant = (cached: LoadedTenant, current: TenantVersions | undefined): boolean =>
  current !== undefined && cached.rights.policyVersion >= current.policy

export interface RightsCache {
  /**
   * The tenant and the principal as of now or later, by way of the gate. Undefined when there is no such tenant. Rejects with a Fault when
   * what is cached is not confirmed and the database does not answer.
   */
  rightsFor(tenantId: TenantId, key: RightsKey): Promise<Rights | undefined>
}

export const rightsCache = (gate: Gate, readTenant: ReadTenant): RightsCache => {
  const tenants = new LRUCache<TenantId, LoadedTenant>({ max: maxTenants, maxSize: maxTenantBytes, sizeCalculation: tenantSize })
  const principals = new LRUCache<string, CachedPrincipal>({ max: maxPrincipals, maxSize: maxPrincipalBytes, sizeCalculation: principalSize })

  const keepTenant = (tenantId: TenantId, tenant: LoadedTenant): void => {
    const kept = tenants.get(tenantId)
    if (kept === undefined || kept.tenantVersion <= tenant.tenantVersion) tenants.set(tenantId, tenant)
  }

  const load = freshFlights(async ({ tenantId, key, cached }: Wanted): Promise<Rights | undefined> => {
    const { tenant, principal } = await readTenant(tenantId, async (reads) => ({ tenant: await reads.tenant(), principal: await reads.principal(key) }))
    if (tenant === undefined) return undefined
    keepTenant(tenantId, tenant)
    principals.set(cached, { principal, tenantVersion: tenant.tenantVersion })
    return { tenant, principal }
  })

  /** Gives the gate what was loaded, where it left a lease. */
  const fill = async (tenantId: TenantId, reading: GateReading, { tenant, principal }: Rights): Promise<void> => {
    const tenantLease = leaseOf(reading.tenant)
    const principalLease = principal === undefined ? undefined : leaseOf(reading.principals.get(idOf(principal)))
    const versions = { tenant: tenant.tenantVersion, policy: tenant.rights.policyVersion }
    await gate.fill({
      tenantId,
      ...(tenantLease === undefined ? {} : { tenant: { lease: tenantLease, versions } }),
      ...(principal === undefined || principalLease === undefined
        ? {}
        : { principal: { lease: principalLease, principalId: idOf(principal), version: principal.principalVersion } }),
    })
  }

  return {
    async rightsFor(tenantId, key) {
      const flight = cacheKey(tenantId, key)
      const cached = principals.get(flight)
      const tenant = tenants.get(tenantId)
      const principalIds = cached?.principal === undefined ? [] : [idOf(cached.principal)]
      const reading = await gate.pass({ tenantId, principalIds })
      if (tenant !== undefined && cached !== undefined && isFreshTenant(tenant, versionOf(reading.tenant)) && isFresh(cached, reading)) {
        return { tenant, principal: cached.principal }
      }
      const loaded = await load(flight, { tenantId, key, cached: flight })
      if (loaded !== undefined) await fill(tenantId, reading, loaded)
      return loaded
    },
  }
}
