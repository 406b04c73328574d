import { inScopeOf, invariant } from '@chancery/kernel'
import { issuancePolicies } from '../schema.ts'
import type { ProjectedEvent } from './projected-event.ts'
import { insert, type RowChange, remove } from './row-change.ts'

export const projectIssuancePolicy = ({ tenantId, streamId, event }: ProjectedEvent): RowChange[] => {
  if (event.type !== 'issuance-policy.changed.v1') return []
  const principalId = inScopeOf('principal', streamId)
  invariant(principalId !== undefined, 'an issuance policy belongs to a principal')
  const where = { tenantId, principalId }
  return [remove(issuancePolicies, where), insert(issuancePolicies, { ...where, ...event.data })]
}
