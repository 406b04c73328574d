import { Type } from 'typebox'
import { type EventOf, instant, plain, text, withSealed } from '../schema.ts'

export const signingKeyEvents = {
  'signing-key.generated.v1': withSealed(
    Type.Object({ kid: text, alg: text, publicJwk: Type.Record(Type.String(), Type.String()), createdAt: instant, activatesAt: instant }),
    Type.Object({ privateKey: text }),
  ),
  /** Sealed anew under another master key; the key itself is the same. */
  'signing-key.rewrapped.v1': withSealed(Type.Object({ kid: text }), Type.Object({ privateKey: text })),
  'signing-key.compromised.v1': plain(Type.Object({ kid: text, at: instant })),
}

export type SigningKeyEvent = EventOf<typeof signingKeyEvents>
