import type { EventVersions, PrincipalId, TenantId } from '@chancery/kernel'
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

/** The gate of a process that is alone on its database: nobody else can append, so what was told here is all there is to know. */
export const memoryGate = ({ maxTenants, maxPrincipals }: MemoryGateLimits = defaultLimits): Gate => {
  const tenants = new LRUCache<string, Known<TenantVersions>>({ max: maxTenants })
  const principals = new LRUCache<string, Known<number>>({ max: maxPrincipals })

  const tellTenant = (tenantId: TenantId, versions: EventVersions): void => {
    const known = tenants.get(tenantId)
    if (known === undefined) return
    if ('version' in known) {
      const told = { tenant: versions.tenant, policy: versions.policy ?? 0 }
      tenants.set(tenantId, { version: newest(known.version, told) })
      return
    }
    // The policy version is not always part of what is told, so a tenant's lease is dropped instead of being overwritten.
    tenants.delete(tenantId)
  }

  const tellPrincipal = (key: string, version: number): void => {
    const known = principals.get(key)
    principals.set(key, { version: known !== undefined && 'version' in known ? Math.max(known.version, version) : version })
  }

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
      tellTenant(tenantId, versions)
      for (const [principalId, version] of versions.principals) tellPrincipal(principalKey(tenantId, principalId), version)
    },
  }
}
