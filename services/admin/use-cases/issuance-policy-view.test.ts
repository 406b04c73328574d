import { type IssuancePolicy, initialIssuancePolicy } from '@chancery/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { IssuancePolicyChange } from '../schemas/issuance-policy.ts'
import { changedPolicy, issuancePolicyView } from './issuance-policy-view.ts'

const policy: IssuancePolicy = { ...initialIssuancePolicy, audiences: ['a'], defaultAudience: 'a' }

const full: IssuancePolicyChange = {
  access_token_ttl_seconds: 60,
  grants: ['refresh_token'],
  scopes: ['x'],
  audiences: ['b'],
  default_audience: 'b',
  refresh: 'rotating',
}

describe('a change of an issuance policy', () => {
  it('keeps every member it leaves out, and takes every member it names', () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(full)), (names) => {
        const change: IssuancePolicyChange = Object.fromEntries(Object.entries(full).filter(([name]) => names.includes(name)))
        expect(issuancePolicyView(changedPolicy(policy, change))).toEqual({ ...issuancePolicyView(policy), ...change })
      }),
    )
  })

  it('takes the default audience away with null, and only then', () => {
    expect(changedPolicy(policy, { default_audience: null })).not.toHaveProperty('defaultAudience')
    expect(changedPolicy(policy, {}).defaultAudience).toBe('a')
    expect(issuancePolicyView(changedPolicy(policy, { default_audience: null }))).not.toHaveProperty('default_audience')
  })

  it('may empty a list', () => {
    expect(changedPolicy(policy, { scopes: [], grants: [] })).toMatchObject({ scopes: [], grants: [] })
  })

  it('keeps an entry once', () => {
    expect(changedPolicy(policy, { scopes: ['x', 'y', 'x'] }).scopes).toEqual(['x', 'y'])
  })
})
