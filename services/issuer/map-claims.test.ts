import { type ResourceRights, resources } from '@chancery/domain'
import { reservedClaims } from '@chancery/tokens'
import { describe, expect, it } from 'vitest'
import { mapClaims } from './map-claims.ts'

const facts = {
  principal_id: 'p-loader',
  principal_name: 'loader',
  client_id: 'c-loader',
  roles: ['reader', 'writer'],
  scope: 'catalog sql',
  tenant: 'acme',
  workspace: undefined,
}
const resource = (claims: ResourceRights['claims']): ResourceRights => ({
  resourceId: 'r1',
  audience: 'lake',
  claims,
  acceptsAccountTokens: false,
})

describe('the claims of a resource', () => {
  it('are none without a mapping', () => {
    expect(mapClaims(undefined, facts)).toEqual({})
    expect(mapClaims(resource({}), facts)).toEqual({})
  })

  it('are facts under other names, with a prefix for each value', () => {
    expect(
      mapClaims(
        resource({
          'polaris/principal_name': { from: 'principal_name' },
          'polaris/roles': { from: 'roles', prefix: 'PRINCIPAL_ROLE:' },
          oid: { from: 'principal_id' },
          appid: { from: 'client_id', prefix: 'spn:' },
          scp: { from: 'scope' },
          realm: { from: 'tenant' },
        }),
        facts,
      ),
    ).toEqual({
      'polaris/principal_name': 'loader',
      'polaris/roles': ['PRINCIPAL_ROLE:reader', 'PRINCIPAL_ROLE:writer'],
      oid: 'p-loader',
      appid: 'spn:c-loader',
      scp: 'catalog sql',
      realm: 'acme',
    })
  })

  it('are constants of any kind', () => {
    const claims = { a: { value: 'x' }, b: { value: 0 }, c: { value: false }, d: { value: ['y'] }, e: { value: '' } }
    expect(mapClaims(resource(claims), facts)).toEqual({ a: 'x', b: 0, c: false, d: ['y'], e: '' })
  })

  it('are left out without a value: never null, never empty', () => {
    const claims = { wsp: { from: 'workspace' as const, prefix: 'w:' }, scp: { from: 'scope' as const, prefix: 's:' } }
    expect(mapClaims(resource(claims), { ...facts, scope: '' })).toEqual({})
    expect(mapClaims(resource(claims), { ...facts, workspace: 'sales', scope: '' })).toEqual({ wsp: 'w:sales' })
  })

  it('are never taken from a prototype, and reach none', () => {
    const mapped = mapClaims(resource(JSON.parse('{"__proto__": {"value": ["administrator"]}}')), facts)
    expect(Object.getPrototypeOf(mapped)).toBe(Object.prototype)
  })
})

describe('the claims that are ours', () => {
  // `roles` and `entitlements` take the form a catalog wants; nothing else of an access token may be rewritten.
  const rewritable = new Set(['roles', 'entitlements'])

  it.each([...reservedClaims].filter((name) => !rewritable.has(name)))('%s is refused to every mapping', (name) => {
    const settings = { audience: 'lake', claims: { [name]: { value: 'mine' } }, acceptsAccountTokens: false }
    expect(resources.decide(resources.initialState, { kind: 'register', resourceId: 'r1', settings })).toEqual({
      accepted: false,
      reason: 'claim_reserved',
    })
  })
})
