import type { IssuancePolicy } from '@chancery/domain'
import { present } from '../present.ts'
import type { IssuancePolicyChange, IssuancePolicyView } from '../schemas/issuance-policy.ts'

export const issuancePolicyView = (policy: IssuancePolicy): IssuancePolicyView => ({
  access_token_ttl_seconds: policy.accessTokenTtlSeconds,
  grants: policy.grants,
  scopes: policy.scopes,
  audiences: policy.audiences,
  ...present({ default_audience: policy.defaultAudience }),
  refresh: policy.refresh,
})

const each = (entries: readonly string[]): string[] => [...new Set(entries)]

/** The policy after a change: members left out keep their value, and a null default audience goes. */
export const changedPolicy = (policy: IssuancePolicy, change: IssuancePolicyChange): IssuancePolicy => {
  const { defaultAudience: before, ...kept } = policy
  const defaultAudience = change.default_audience === undefined ? before : (change.default_audience ?? undefined)
  return {
    accessTokenTtlSeconds: change.access_token_ttl_seconds ?? kept.accessTokenTtlSeconds,
    grants: each(change.grants ?? kept.grants),
    scopes: each(change.scopes ?? kept.scopes),
    audiences: each(change.audiences ?? kept.audiences),
    refresh: change.refresh ?? kept.refresh,
    ...present({ defaultAudience }),
  }
}
