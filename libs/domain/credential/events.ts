import { Type } from 'typebox'
import { type EventOf, instant, plain, text, withSealed } from '../schema.ts'

/** `isImported` marks a secret whose text was chosen elsewhere: it names no id of ours and may hold any character. */
export const credentialEvents = {
  'credential.secret-issued.v1': withSealed(
    Type.Object({ secretId: text, issuedAt: instant, expiresAt: instant, isImported: Type.Boolean() }),
    Type.Object({ mac: text, pepperId: text }),
  ),
  'credential.secret-revoked.v1': plain(Type.Object({ secretId: text })),
}

export type CredentialEvent = EventOf<typeof credentialEvents>
