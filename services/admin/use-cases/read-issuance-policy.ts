import type { TenantDeps } from '../deps.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import type { IssuancePolicyView } from '../schemas/issuance-policy.ts'
import { issuancePolicyView } from './issuance-policy-view.ts'

export const readIssuancePolicy = async ({ tenant }: TenantDeps, principalId: string): Promise<Outcome<IssuancePolicyView>> => {
  const rights = await tenant.read((reads) => reads.principal({ principalId }))
  return rights === undefined ? refused('principal_unknown') : done(issuancePolicyView(rights.policy))
}
