import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PrincipalEvent } from '../principal/events.ts'
import { spec, walk } from '../spec.ts'
import type { SetIssuancePolicy } from './commands.ts'
import { policies } from './decide.ts'
import type { PolicyEvent } from './events.ts'
import { admits, grantTypes, type IssuancePolicy, initialIssuancePolicy } from './issuance-policy.ts'

const created: PrincipalEvent = {
  type: 'principal.created.v1',
  data: { principalId: 'p1', personalId: 'n1', kind: 'service', clientId: 'c1', roles: [], isEnabled: true, workspaceIds: [] },
  personal: { name: 'loader' },
}

const set = (changes: Partial<IssuancePolicy>, policyId = 'i1'): SetIssuancePolicy => ({
  kind: 'set-policy',
  policyId,
  policy: { ...initialIssuancePolicy, ...changes },
})
const changed = (changes: Partial<IssuancePolicy>): PolicyEvent => ({
  type: 'issuance-policy.changed.v1',
  data: { policyId: 'i1', policy: { ...initialIssuancePolicy, ...changes } },
})

describe('an issuance policy', () => {
  it('is set for a principal that exists', () => {
    spec(policies)
      .given([created])
      .when(set({ scopes: ['sql'] }))
      .thenAccepted([changed({ scopes: ['sql'] })])
    spec(policies).given([]).when(set({})).thenRejected('principal_unknown')
    spec(policies)
      .given([created, { type: 'principal.deleted.v1', data: {} }])
      .when(set({}))
      .thenRejected('principal_unknown')
  })

  it('keeps the id of its first version, on which tokens rest', () => {
    spec(policies)
      .given([created, changed({})])
      .when(set({ scopes: [] }, 'i2'))
      .thenAccepted([changed({ scopes: [] })])
  })

  it('lets tokens live from 20 seconds to a day, in whole seconds', () => {
    for (const accessTokenTtlSeconds of [19, 86_401, -1, 0, 20.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      spec(policies).given([created]).when(set({ accessTokenTtlSeconds })).thenRejected('ttl_out_of_range')
    }
    for (const accessTokenTtlSeconds of [20, 86_400]) {
      spec(policies)
        .given([created])
        .when(set({ accessTokenTtlSeconds }))
        .thenAccepted([changed({ accessTokenTtlSeconds })])
    }
  })

  it('names only grants that exist', () => {
    spec(policies)
      .given([created])
      .when(set({ grants: [...grantTypes] }))
      .thenAccepted([changed({ grants: [...grantTypes] })])
    spec(policies)
      .given([created])
      .when(set({ grants: ['client_credentials', 'implicit'] }))
      .thenRejected('grant_unknown')
  })

  it('starts with the scopes that clients hard-code', () => {
    for (const scope of ['catalog', 'PRINCIPAL_ROLE:ALL', 'all-apis', 'sql', 'offline_access', 'dremio.all']) {
      expect(admits(initialIssuancePolicy.scopes, scope)).toBe(true)
    }
    spec(policies)
      .given([created])
      .when(set({}))
      .thenAccepted([changed({})])
  })

  it('is checked as a whole, whatever else it says', () => {
    const anyPolicy = fc.record({
      accessTokenTtlSeconds: fc.oneof(fc.integer({ min: -10, max: 100_000 }), fc.double()),
      scopes: fc.array(fc.string({ minLength: 1 })),
    })
    fc.assert(
      fc.property(anyPolicy, (changes) => {
        const [step] = walk({ ...policies, initialState: policies.evolve(policies.initialState, created) }, [set(changes)])
        const ttl = changes.accessTokenTtlSeconds
        expect(step?.decision.accepted).toBe(Number.isInteger(ttl) && ttl >= 20 && ttl <= 86_400)
      }),
    )
  })
})

describe('a list of patterns', () => {
  const value = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*'), maxLength: 4 })

  it('admits what it names and what begins as it says', () => {
    expect(admits(['PRINCIPAL_ROLE:*'], 'PRINCIPAL_ROLE:ALL')).toBe(true)
    expect(admits(['PRINCIPAL_ROLE:*'], 'PRINCIPAL_ROL')).toBe(false)
    expect(admits(['sql'], 'sql2')).toBe(false)
    expect(admits(['*sql'], 'mysql')).toBe(false)
    expect(admits([], '')).toBe(false)
  })

  it('admits no more by growing shorter, and no less by growing longer', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), value, (left, right, asked) => {
        expect(admits([...left, ...right], asked)).toBe(admits(left, asked) || admits(right, asked))
      }),
    )
  })
})
