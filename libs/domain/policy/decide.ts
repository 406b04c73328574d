import { accept, type Decider, type Decision, reject } from '@chancery/kernel'
import type { PrincipalEvent } from '../principal/events.ts'
import type { SetIssuancePolicy } from './commands.ts'
import type { PolicyEvent } from './events.ts'
import { evolvePrincipalPolicy, initialPrincipalPolicy, type PrincipalPolicy } from './evolve.ts'
import { accessTokenTtl, grantTypes, type IssuancePolicy } from './issuance-policy.ts'

export type PolicyRefusal = 'principal_unknown' | 'ttl_out_of_range' | 'grant_unknown'

const knownGrants: ReadonlySet<string> = new Set(grantTypes)

/** Checks the resulting policy as a whole, so that nothing slips in by being left out of a change. */
const fault = (policy: IssuancePolicy): PolicyRefusal | undefined => {
  const { accessTokenTtlSeconds: ttl, grants } = policy
  const isInRange = ttl >= accessTokenTtl.minimumSeconds && ttl <= accessTokenTtl.maximumSeconds
  // `expires_in` is an integer to every client, and PyIceberg fails on anything else.
  if (!isInRange || !Number.isInteger(ttl)) return 'ttl_out_of_range'
  if (grants.some((grant) => !knownGrants.has(grant))) return 'grant_unknown'
  return undefined
}

const decidePolicy = (state: PrincipalPolicy, command: SetIssuancePolicy): Decision<PolicyEvent, PolicyRefusal> => {
  if (state.principal !== 'present') return reject('principal_unknown')
  const refusal = fault(command.policy)
  if (refusal !== undefined) return reject(refusal)
  return accept({ type: 'issuance-policy.changed.v1', data: { policyId: state.policyId ?? command.policyId, policy: command.policy } })
}

export const policies: Decider<PrincipalPolicy, SetIssuancePolicy, PolicyEvent | PrincipalEvent, PolicyRefusal> = {
  initialState: initialPrincipalPolicy,
  evolve: evolvePrincipalPolicy,
  decide: decidePolicy,
}
