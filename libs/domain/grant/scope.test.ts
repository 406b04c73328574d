import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admits, initialIssuancePolicy } from '../policy/issuance-policy.ts'
import { activeRoles, grantScope, parseScope } from './scope.ts'

const everything = ['*']
const asked = (scope: string | undefined, defaultScope?: string) => ({ scope, defaultScope, grammar: 'any' as const })
const polaris = (scope: string | undefined) => ({ scope, defaultScope: undefined, grammar: 'principal-roles' as const })

describe('a scope on a Polaris path', () => {
  it.each([undefined, ''])('that is missing (%j) is refused with the way out', (scope) => {
    expect(grantScope(polaris(scope), everything)).toEqual({ accepted: false, reason: 'scope_missing' })
  })

  // The invalid ones of Polaris's own TokenRequestValidatorTest, and Iceberg's default.
  it.each([
    ' ',
    ',',
    'ALL',
    'PRINCIPAL_ROLE:',
    'PRINCIPAL_ROLE',
    ' PRINCIPAL_ROLE:ALL',
    'PRINCIPAL_ROLE:ALL ',
    '\tPRINCIPAL_ROLE:ALL\t',
    'PRINCIPAL_ROLE:ONE  PRINCIPAL_ROLE:TWO',
    'PRINCIPAL_ROLE:ONE\u00a0PRINCIPAL_ROLE:TWO',
    'catalog',
    'PRINCIPAL_ROLE:ALL catalog',
  ])('of %j is malformed', (scope) => {
    expect(grantScope(polaris(scope), everything)).toEqual({ accepted: false, reason: 'scope_malformed' })
  })

  it.each([
    ['PRINCIPAL_ROLE:ALL', ['PRINCIPAL_ROLE:ALL']],
    ['PRINCIPAL_ROLE:ONE PRINCIPAL_ROLE:TWO', ['PRINCIPAL_ROLE:ONE', 'PRINCIPAL_ROLE:TWO']],
    ['PRINCIPAL_ROLE:ONE PRINCIPAL_ROLE:ONE', ['PRINCIPAL_ROLE:ONE']],
  ])('of %j is granted', (scope, value) => {
    expect(grantScope(polaris(scope), initialIssuancePolicy.scopes)).toEqual({ accepted: true, value })
  })
})

describe('a scope on any other path', () => {
  it.each([undefined, '', ' ', '   ', 'offline_access'])('that asks for nothing (%j) is the dialect’s default', (scope) => {
    expect(grantScope(asked(scope, 'catalog'), everything)).toEqual({ accepted: true, value: ['catalog'] })
    expect(grantScope(asked(scope), [])).toEqual({ accepted: true, value: [] })
  })

  it('may space its tokens as it likes and repeat them; the first mention counts', () => {
    expect(grantScope(asked('  b a  b '), everything)).toEqual({ accepted: true, value: ['b', 'a'] })
  })

  it('may ask for offline_access, which means nothing here', () => {
    expect(grantScope(asked('offline_access all-apis'), ['all-apis'])).toEqual({ accepted: true, value: ['all-apis'] })
  })

  it.each(['"', 'a\\b', 'a\tb', 'caf\u00e9', 'a\u0000', 'a\nb'])('never holds %j (RFC 6749 §3.3)', (scope) => {
    expect(grantScope(asked(scope), everything)).toEqual({ accepted: false, reason: 'scope_malformed' })
  })

  it('goes as far as the policy and not one token farther', () => {
    expect(grantScope(asked('sql admin'), ['sql'])).toEqual({ accepted: false, reason: 'scope_not_allowed' })
    expect(grantScope(asked(undefined, 'catalog'), ['sql'])).toEqual({ accepted: false, reason: 'scope_not_allowed' })
  })
})

const token = fc.constantFrom('catalog', 'sql', 'all-apis', 'offline_access', 'PRINCIPAL_ROLE:ALL', 'PRINCIPAL_ROLE:a', 'PRINCIPAL_ROLE:b')
const separator = fc.constantFrom(' ', '  ', '   ')
const scopeText = fc.array(fc.tuple(token, separator)).map((pieces) => pieces.flat().join(''))
const allowed = fc.subarray(['catalog', 'sql', 'all-apis', 'PRINCIPAL_ROLE:*', 'PRINCIPAL_ROLE:a'])
const role = fc.constantFrom('a', 'b', 'c')

describe('the algebra of scopes', () => {
  it('grants only what was asked for or is the default, and only what the policy admits', () => {
    fc.assert(
      fc.property(scopeText, fc.option(token, { nil: undefined }), allowed, (scope, defaultScope, policy) => {
        const granted = grantScope(asked(scope, defaultScope), policy)
        for (const one of granted.accepted ? granted.value : []) {
          expect(scope.split(' ').includes(one) || one === defaultScope).toBe(true)
          expect(admits(policy, one)).toBe(true)
        }
      }),
    )
  })

  it('grants what is written for a client without change: asking for what was granted grants it again', () => {
    fc.assert(
      fc.property(scopeText, allowed, (scope, policy) => {
        const first = grantScope(asked(scope), policy)
        fc.pre(first.accepted)
        expect(grantScope(asked(first.accepted ? first.value.join(' ') : ''), policy)).toEqual(first)
      }),
    )
  })

  it('never grants more under a narrower policy', () => {
    fc.assert(
      fc.property(scopeText, allowed, allowed, (scope, policy, more) => {
        const narrow = grantScope(asked(scope), policy)
        fc.pre(narrow.accepted)
        expect(grantScope(asked(scope), [...policy, ...more])).toEqual(narrow)
      }),
    )
  })

  it('answers any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('any' as const, 'principal-roles' as const), (scope, grammar) => {
        const parsed = parseScope(grammar, scope)
        // What clients of Java read back: no empty token, no character outside the grammar (OAuth2Util's VALID_SCOPE_TOKEN).
        for (const one of parsed.accepted ? parsed.value : []) expect(one).toMatch(/^[!#-[\]-~]+$/)
      }),
    )
  })
})

describe('the roles of a token', () => {
  it('are all that the principal has, unless the scope names some', () => {
    expect(activeRoles(['a', 'b'], ['catalog'])).toEqual(['a', 'b'])
    expect(activeRoles(['a', 'b'], ['PRINCIPAL_ROLE:ALL'])).toEqual(['a', 'b'])
    expect(activeRoles(['a', 'b'], ['PRINCIPAL_ROLE:b'])).toEqual(['b'])
    expect(activeRoles(['a', 'b'], ['PRINCIPAL_ROLE:c'])).toEqual([])
    expect(activeRoles(['a', 'b'], ['PRINCIPAL_ROLE:'])).toEqual([])
  })

  it('are never more than the principal holds', () => {
    fc.assert(
      fc.property(fc.uniqueArray(role), fc.array(token), (roles, granted) => {
        for (const active of activeRoles(roles, granted)) expect(roles).toContain(active)
      }),
    )
  })
})
