import { type Static, Type } from 'typebox'
import { exactly, itemsOf, time } from './text.ts'

/** Java clients trim what they are given, so a secret neither begins nor ends with white space. */
const importedSecret = Type.String({
  minLength: 8,
  maxLength: 512,
  pattern: '^[^\\p{Cc}\\p{Cs}\\s][^\\p{Cc}\\p{Cs}]*[^\\p{Cc}\\p{Cs}\\s]$',
})

export const secretCreation = exactly({
  lifetime_seconds: Type.Optional(Type.Integer({ minimum: 1 })),
  value: Type.Optional(importedSecret),
})

/** The only answer that ever holds the secret. */
export const newSecretView = exactly({ id: Type.String(), secret: Type.String(), expires_at: time, status: Type.Literal('active') })

export const secretView = exactly({ id: Type.String(), created_at: time, expires_at: time, status: Type.Enum(['active', 'expired']) })

export const secretList = itemsOf(secretView)

export type SecretCreation = Static<typeof secretCreation>
export type NewSecretView = Static<typeof newSecretView>
export type SecretView = Static<typeof secretView>
