import { touchesOf } from '@chancery/domain'
import { hosts, tenants } from '../schema.ts'
import type { ProjectedEvent } from './projected-event.ts'
import { insert, type RowChange, remove, update } from './row-change.ts'

type Tenant = typeof tenants.$inferInsert

const set = ({ tenantId }: ProjectedEvent, row: Partial<Tenant>): RowChange => update(tenants, { where: { tenantId }, row })

/** The tenant's own hosts are those that belong to none of its workspaces. */
const claimed = (tenantId: string, names: readonly string[]): RowChange[] =>
  [...new Set(names)].map((host) => insert(hosts, { host, tenantId, workspaceId: null }))

const created = ({ tenantId, tenantVersion, tx, event }: ProjectedEvent): RowChange[] => {
  if (event.type !== 'tenant.created.v1') return []
  const { name, displayName, accountId } = event.data
  const blank = { status: 'active', defaultAudience: null, version: tenantVersion, policyVersion: tenantVersion, changedTx: tx }
  const row = { tenantId, name, displayName: displayName ?? null, accountId, hosts: event.data.hosts, ...blank }
  return [insert(tenants, row), ...claimed(tenantId, event.data.hosts)]
}

/** A deleted tenant frees its hosts, name and account id, and keeps its row, so that its neighbours in memory learn of it. */
export const projectTenant = (projected: ProjectedEvent): RowChange[] => {
  const { tenantId, event } = projected
  switch (event.type) {
    case 'tenant.created.v1':
      return created(projected)
    case 'tenant.display-name-changed.v1':
      return [set(projected, { displayName: event.data.displayName })]
    case 'tenant.hosts-changed.v1':
      return [
        remove(hosts, { tenantId, workspaceId: null }),
        ...claimed(tenantId, event.data.hosts),
        set(projected, { hosts: event.data.hosts }),
      ]
    case 'tenant.default-audience-changed.v1':
      return [set(projected, { defaultAudience: event.data.defaultAudience })]
    case 'tenant.default-alg-changed.v1':
      return [set(projected, { defaultAlg: event.data.defaultAlg })]
    case 'tenant.suspended.v1':
      return [set(projected, { status: 'suspended' })]
    case 'tenant.resumed.v1':
      return [set(projected, { status: 'active' })]
    case 'tenant.deleted.v1':
      return [remove(hosts, { tenantId }), set(projected, { status: 'deleted' })]
    default:
      return []
  }
}

/** Every event raises the tenant's version; one on which all its principals depend raises the policy version and shows in the directory. */
export const projectTenantVersion = (projected: ProjectedEvent): RowChange => {
  const { streamId, tenantVersion: version, tx } = projected
  return set(projected, touchesOf(streamId).kind === 'policy' ? { version, policyVersion: version, changedTx: tx } : { version })
}
