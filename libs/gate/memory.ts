import type { PrincipalId, TenantId } from '@chancery/kernel'
import { LRUCache } from 'lru-cache'
import type { Gate, GateFill, GateQuery, Known, TenantVersions } from './gate.ts'

/** Entries kept per kind. One that is pushed out costs its principal a load, never a stale answer. */
export interface MemoryGateLimits {
  readonly maxTenants: number
  readonly maxPrincipals: number
}

const defaultLimits: MemoryGateLimits = { maxTenants: 20_000, maxPrincipals: 200_000 }

const newest = (left: TenantVersions, right: TenantVersions): TenantVersions => ({
  tenant: Math.max(left.tenant, right.tenant),
  policy: Math.max(left.policy, right.policy),
})

const principalKey = (tenantId: TenantId, principalId: PrincipalId): string => `${tenantId}/${principalId}`

/** Reads a key, leaving a fresh lease in it when it holds no version. */
const look = <Version>(cache: LRUCache<string, Known<Version>>, key: string): Known<Version> => {
  const known = cache.get(key)
  if (known !== undefined && 'version' in known) return known
  const lease = { lease: Symbol('lease') }
  cache.set(key, lease)
  return lease
}

const holds = <Version>(cache: LRUCache<string, Known<Version>>, key: string, lease: symbol): boolean => {
  const known = cache.get(key)
  return known !== undefined && 'lease' in known && known.lease === lease
}

/**
 * Raises a version that is known and takes a lease away. Nothing else is written: a telling that comes late, after a newer one was told and
 * pushed out, would bring the older version back. So only a load fills a key.
 */
const raise = <Version>(cache: LRUCache<string, Known<Version>>, key: string, raised: (version: Version) => Version): void => {
  const known = cache.get(key)
  if (known === undefined) return
  if ('version' in known) cache.set(key, { version: raised(known.version) })
  else cache.delete(key)
}

/** The gate of a process that is alone on its database: nobody else can append, so what was told here is all there is to know. */
export const memoryGate = ({ maxTenants, maxPrincipals }: MemoryGateLimits = defaultLimits): Gate => {
  const tenants = new LRUCache<string, Known<TenantVersions>>({ max: maxTenants })
  const principals = new LRUCache<string, Known<number>>({ max: maxPrincipals })

  return {
    async pass({ tenantId, principalIds }: GateQuery) {
      const found = new Map<PrincipalId, Known<number>>()
      for (const principalId of principalIds) found.set(principalId, look(principals, principalKey(tenantId, principalId)))
      return { tenant: look(tenants, tenantId), principals: found }
    },
    async fill({ tenantId, tenant, principal }: GateFill) {
      if (tenant !== undefined && holds(tenants, tenantId, tenant.lease)) tenants.set(tenantId, { version: tenant.versions })
      if (principal === undefined) return
      const key = principalKey(tenantId, principal.principalId)
      if (holds(principals, key, principal.lease)) principals.set(key, { version: principal.version })
    },
    async tell(tenantId, versions) {
      raise(tenants, tenantId, (known) => newest(known, { tenant: versions.tenant, policy: versions.policy ?? 0 }))
      for (const [principalId, version] of versions.principals) {
        raise(principals, principalKey(tenantId, principalId), (known) => Math.max(known, version))
      }
    },
  }
}
