import { type Static, Type } from 'typebox'
import { audience, exactly, listOf, nullable, pageOf, text } from './text.ts'

const value = text(512)

const claim = Type.Union([
  exactly({
    from: Type.Enum(['principal_id', 'principal_name', 'client_id', 'roles', 'scope', 'tenant', 'workspace']),
    prefix: Type.Optional(value),
  }),
  exactly({ value: Type.Union([value, Type.Number(), Type.Boolean(), listOf(value)]) }),
])

/** Claim names as keys. */
const claims = Type.Record(Type.String({ pattern: '^(?!__proto__$)[^\\p{Cc}\\p{Cs}]{1,128}$' }), claim, {
  additionalProperties: false,
  maxProperties: 100,
})

const settings = {
  alg: Type.Optional(nullable(text(16))),
  typ: Type.Optional(nullable(text(16))),
  claims: Type.Optional(claims),
  accepts_account_tokens: Type.Optional(Type.Boolean()),
}

/** The whole resource: what is left out takes its default. */
export const resourceSettings = exactly({ audience, ...settings })

/** Members left out stay as they are; null takes one away. */
export const resourceChange = exactly({ audience: Type.Optional(audience), ...settings })

export const resourceView = exactly({
  id: Type.String(),
  audience: Type.String(),
  alg: Type.Optional(Type.String()),
  typ: Type.Optional(Type.String()),
  claims,
  accepts_account_tokens: Type.Boolean(),
})

export const resourcePage = pageOf(resourceView)

export type ResourceSettingsInput = Static<typeof resourceSettings>
export type ResourceChangeInput = Static<typeof resourceChange>
export type ResourceView = Static<typeof resourceView>
