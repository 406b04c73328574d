import { policies, streams } from '@chancery/domain'
import { reject } from '@chancery/kernel'
import type { TenantDeps } from '../deps.ts'
import { type Outcome, refused } from '../outcome.ts'
import type { IssuancePolicyChange, IssuancePolicyView } from '../schemas/issuance-policy.ts'
import { changedPolicy } from './issuance-policy-view.ts'
import { readIssuancePolicy } from './read-issuance-policy.ts'

export const setIssuancePolicy = async (
  deps: TenantDeps,
  principalId: string,
  input: IssuancePolicyChange,
): Promise<Outcome<IssuancePolicyView>> => {
  const change = await deps.tenant.change(async (unit) => {
    const rights = await unit.reads.principal({ principalId })
    if (rights === undefined) return reject('principal_unknown')
    const { policyId, policy } = rights
    return await unit.decide(streams.principal(principalId), policies, {
      kind: 'set-policy',
      policyId,
      policy: changedPolicy(policy, input),
    })
  })
  return change.accepted ? await readIssuancePolicy(deps, principalId) : refused(change.reason)
}
