import type { AdminDeps, TenantListing } from '../deps.ts'
import { present } from '../present.ts'
import type { TenantView } from '../schemas/tenant.ts'

export const tenantView = ({ issuerOf }: Pick<AdminDeps, 'issuerOf'>, tenant: TenantListing): TenantView => ({
  id: tenant.tenantId,
  name: tenant.name,
  issuer: issuerOf(tenant),
  account_id: tenant.accountId,
  hosts: [...tenant.hosts],
  status: tenant.status,
  ...present({ display_name: tenant.displayName, default_audience: tenant.defaultAudience, default_alg: tenant.defaultAlg }),
})
