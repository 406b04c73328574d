import { granted, type Outcome, reject } from '@chancery/kernel'
import { admits } from '../policy/issuance-policy.ts'

/** `any`: RFC 6749 §3.3. `principal-roles`: Polaris, where every scope is `PRINCIPAL_ROLE:<name>` and the separator exactly one space. */
export type ScopeGrammar = 'any' | 'principal-roles'

const rolePrefix = 'PRINCIPAL_ROLE:'
/** RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const principalRole = /^PRINCIPAL_ROLE:[\x21\x23-\x5b\x5d-\x7e]+$/

const isWellFormed = (grammar: ScopeGrammar, token: string): boolean => (grammar === 'any' ? scopeToken : principalRole).test(token)

/** Splits a scope parameter into its distinct tokens. Iceberg clients may send an empty one; Polaris counts spaces, nobody else does. */
export const parseScope = (grammar: ScopeGrammar, scope: string): Outcome<readonly string[], 'scope_malformed'> => {
  const pieces = scope.split(' ')
  const tokens = grammar === 'any' ? pieces.filter((piece) => piece !== '') : pieces
  if (!tokens.every((token) => isWellFormed(grammar, token))) return reject('scope_malformed')
  return granted([...new Set(tokens)])
}

export interface ScopeRequest {
  /** The parameter as sent; absent or empty asks for the dialect's default. */
  readonly scope: string | undefined
  readonly defaultScope: string | undefined
  readonly grammar: ScopeGrammar
}

export type ScopeRefusal = 'scope_malformed' | 'scope_missing' | 'scope_not_allowed'

/** Databricks clients ask for `offline_access` with every grant; where no refresh token can be had it is accepted and means nothing. */
const meaningless = 'offline_access'

const askedScope = ({ scope, grammar }: ScopeRequest): Outcome<readonly string[], ScopeRefusal> => {
  if (scope !== undefined && scope !== '') return parseScope(grammar, scope)
  return grammar === 'principal-roles' ? reject('scope_missing') : granted([])
}

/** The scope to grant, or why not. All that is asked for is granted or nothing: a token that can do less than asked fails later and farther away. */
export const grantScope = (request: ScopeRequest, allowed: readonly string[]): Outcome<readonly string[], ScopeRefusal> => {
  const asked = askedScope(request)
  if (!asked.accepted) return asked
  const named = asked.value.filter((token) => token !== meaningless)
  const fallback = request.defaultScope === undefined ? [] : [request.defaultScope]
  const wanted = named.length > 0 ? named : fallback
  return wanted.every((token) => admits(allowed, token)) ? granted(wanted) : reject('scope_not_allowed')
}

/** The principal roles a token acts with: all of them, unless the scope names some (Polaris activates what both sides hold). */
export const activeRoles = (roles: readonly string[], granted: readonly string[]): string[] => {
  const named = granted.filter((token) => token.startsWith(rolePrefix)).map((token) => token.slice(rolePrefix.length))
  return named.length === 0 || named.includes('ALL') ? [...roles] : roles.filter((role) => named.includes(role))
}
