import { Type } from 'typebox'
import { type EventOf, instant, plain, text, withSealed } from '../schema.ts'

/** Tokens of the platform operator, who stands above all tenants. They live in the platform's own stream and do not expire. */
export const operatorEvents = {
  'operator-token.issued.v1': withSealed(
    Type.Object({ tokenId: text, label: text, issuedAt: instant }),
    Type.Object({ mac: text, pepperId: text }),
  ),
  'operator-token.revoked.v1': plain(Type.Object({ tokenId: text })),
}

export type OperatorEvent = EventOf<typeof operatorEvents>
