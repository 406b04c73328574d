import { type Static, Type } from 'typebox'
import { exactly, itemsOf, text, time } from './text.ts'

/** `compromised`: the new key signs at once, and every other one of the algorithm leaves JWKS. */
export const signingKeyRotation = exactly({ alg: Type.Optional(text(16)), compromised: Type.Optional(Type.Boolean()) })

export const signingKeyView = exactly({
  kid: Type.String(),
  alg: Type.String(),
  created_at: time,
  activates_at: time,
  status: Type.Enum(['published', 'signing', 'retiring', 'retired', 'compromised']),
})

export const signingKeyList = itemsOf(signingKeyView)

export type SigningKeyRotation = Static<typeof signingKeyRotation>
export type SigningKeyView = Static<typeof signingKeyView>
