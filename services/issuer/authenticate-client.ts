import type { PrincipalRights, SecretRights } from '@chancery/domain'
import type { Milliseconds } from '@chancery/kernel'
import { dummyMac, macOf, matches, type PepperRing } from '@chancery/tokens'
import type { Presented, Reading } from './identify-client.ts'

/** MACs of everything presented, by pepper id: as many for an unknown client as for a known one. */
export type PresentedMacs = readonly { readonly reading: Reading; readonly macs: ReadonlyMap<string, Uint8Array> }[]

/** One HMAC for each reading and pepper. Done before anybody knows whether the client exists, so that time tells nothing. */
export const macsOf = ({ readings }: Presented, peppers: PepperRing): PresentedMacs =>
  readings.map((reading) => ({
    reading,
    macs: new Map(Array.from(peppers.keys.keys(), (pepperId) => [pepperId, macOf(peppers, pepperId, reading.secretText)])),
  }))

/** The MAC covers the whole text, so an id inside it needs no comparison of its own. */
const isPresented = (secret: SecretRights, { macs }: PresentedMacs[number]): boolean =>
  matches(macs.get(secret.pepperId) ?? dummyMac, secret.mac)

const isNamed = (principal: PrincipalRights, { reading }: PresentedMacs[number]): boolean =>
  reading.clientId === undefined || reading.clientId === principal.clientId

const stranger: SecretRights = { mac: dummyMac, secretId: '', pepperId: '', isImported: false, expiresAt: 0 }

/** The secret that was presented, if it is one of the principal's that has not expired and every id beside it is the principal's too. */
export const authenticateClient = (
  principal: PrincipalRights | undefined,
  presented: PresentedMacs,
  now: Milliseconds,
): SecretRights | undefined => {
  if (principal === undefined || principal.secrets.length === 0) {
    // As much work as for a wrong secret, and no result: whatever the stand-in is like, it is nobody's.
    presented.some((one) => isPresented(stranger, one))
    return undefined
  }
  const found = principal.secrets.filter((secret) => presented.some((one) => isPresented(secret, one) && isNamed(principal, one)))
  return found.find(({ expiresAt }) => expiresAt > now)
}
