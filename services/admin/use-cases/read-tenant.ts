import type { TenantDeps } from '../deps.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import type { TenantView } from '../schemas/tenant.ts'
import { tenantView } from './tenant-view.ts'

export const readTenant = async (deps: TenantDeps): Promise<Outcome<TenantView>> => {
  const loaded = await deps.tenant.read((reads) => reads.tenant())
  if (loaded === undefined) return refused('tenant_unknown')
  const { rights, displayName, hosts } = loaded
  return done(tenantView(deps, { ...rights, displayName, hosts }))
}
