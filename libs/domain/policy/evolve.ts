import type { PrincipalEvent } from '../principal/events.ts'
import type { PolicyEvent } from './events.ts'
import type { IssuancePolicy } from './issuance-policy.ts'

/** The issuance policy of one principal, folded from the principal's stream. */
export interface PrincipalPolicy {
  readonly principal: 'none' | 'present' | 'deleted'
  readonly policyId: string | undefined
  readonly policy: IssuancePolicy | undefined
}

export const initialPrincipalPolicy: PrincipalPolicy = { principal: 'none', policyId: undefined, policy: undefined }

export const evolvePrincipalPolicy = (state: PrincipalPolicy, event: PolicyEvent | PrincipalEvent): PrincipalPolicy => {
  switch (event.type) {
    case 'principal.created.v1':
      return { ...state, principal: 'present' }
    case 'principal.deleted.v1':
      return { ...state, principal: 'deleted' }
    case 'issuance-policy.changed.v1':
      return { ...state, policyId: event.data.policyId, policy: event.data.policy }
    default:
      return state
  }
}
