import { type Static, Type } from 'typebox'
import { audience, exactly, listOf, nullable, text } from './text.ts'

/** RFC 6749 §3.3, with a trailing `*` for any ending. */
const scopePattern = Type.String({ minLength: 1, maxLength: 256, pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$' })
const refresh = Type.Enum(['none', 'rotating', 'reusable'])

/** Members left out keep their value: nothing widens by silence. `default_audience: null` takes it away. */
export const issuancePolicyChange = exactly({
  access_token_ttl_seconds: Type.Optional(Type.Integer()),
  grants: Type.Optional(listOf(text(128))),
  scopes: Type.Optional(listOf(scopePattern)),
  audiences: Type.Optional(listOf(audience)),
  default_audience: Type.Optional(nullable(audience)),
  refresh: Type.Optional(refresh),
})

export const issuancePolicyView = exactly({
  access_token_ttl_seconds: Type.Integer(),
  grants: Type.Array(Type.String()),
  scopes: Type.Array(Type.String()),
  audiences: Type.Array(Type.String()),
  default_audience: Type.Optional(Type.String()),
  refresh,
})

export type IssuancePolicyChange = Static<typeof issuancePolicyChange>
export type IssuancePolicyView = Static<typeof issuancePolicyView>
