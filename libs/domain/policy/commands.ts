import type { IssuancePolicy } from './issuance-policy.ts'

/** Sets the whole policy of the principal in whose stream it is decided. `policyId` names the policy if this is its first version. */
export interface SetIssuancePolicy {
  readonly kind: 'set-policy'
  readonly policyId: string
  readonly policy: IssuancePolicy
}
