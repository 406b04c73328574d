import { inScopeOf } from '@chancery/kernel'
import { issuancePolicies, principals, secrets } from '../schema.ts'
import type { ProjectedEvent } from './projected-event.ts'
import { insert, type RowChange, remove, update } from './row-change.ts'

type Principal = typeof principals.$inferInsert
type Key = Pick<Principal, 'tenantId' | 'principalId'>

const created = (projected: ProjectedEvent, where: Key): RowChange[] => {
  const { event, personal, tenantVersion } = projected
  if (event.type !== 'principal.created.v1') return []
  const { personalId, kind, clientId, roles, isEnabled, workspaceIds } = event.data
  const row = { ...where, personalId, kind, name: personal?.name ?? null, clientId: clientId ?? null, roles, isEnabled, workspaceIds }
  return [insert(principals, { ...row, version: tenantVersion })]
}

/** What the event changes in the principal's row beside its version. */
const changed = ({ event, personal }: ProjectedEvent): Partial<Principal> => {
  switch (event.type) {
    case 'principal.renamed.v1':
      return { personalId: event.data.personalId, name: personal?.name ?? null }
    case 'principal.roles-changed.v1':
      return { roles: event.data.roles }
    case 'principal.workspaces-changed.v1':
      return { workspaceIds: event.data.workspaceIds }
    case 'principal.enabled.v1':
      return { isEnabled: true }
    case 'principal.disabled.v1':
      return { isEnabled: false }
    default:
      return {}
  }
}

/** Whatever happens in a principal's stream raises its version. A deleted one takes its secrets and its policy along. */
export const projectPrincipal = (projected: ProjectedEvent): RowChange[] => {
  const { tenantId, streamId, event, tenantVersion } = projected
  const principalId = inScopeOf('principal', streamId)
  if (principalId === undefined) return []
  const where = { tenantId, principalId }
  if (event.type === 'principal.created.v1') return created(projected, where)
  if (event.type === 'principal.deleted.v1') {
    return [remove(secrets, { tenantId, holderId: principalId }), remove(issuancePolicies, where), remove(principals, where)]
  }
  return [update(principals, { where, row: { ...changed(projected), version: tenantVersion } })]
}
