import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Fault, invariant } from '@chancery/kernel'
import { base62, fromBase62 } from './base62.ts'

/** What a secret of ours opens with: OAuth secret, personal access token, operator token. */
export const secretPrefixes = ['chs', 'chp', 'cho'] as const
export type SecretPrefix = (typeof secretPrefixes)[number]

/** Peppers by id; the active one is for new secrets, all of them recognise old ones. */
export interface PepperRing {
  readonly activeId: string
  readonly keys: ReadonlyMap<string, KeyObject>
}

const uuidForm = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/
const randomnessBytes = 32
const idCode = base62(128)
const randomnessCode = base62(randomnessBytes * 8)
const checkCode = base62(32)

// `<prefix>_<secret id>_<randomness>_<check>`, each part of fixed width over [0-9A-Za-z].
const character = '[0-9A-Za-z]'
const secretForm = new RegExp(
  `^(${secretPrefixes.join('|')})_(${character}{${idCode.width}})_(${character}{${randomnessCode.width}})_(${character}{${checkCode.width}})$`,
)

const checkOf = (text: string): string => checkCode.encode(BigInt(crc32(text)))

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

const uuidOf = (code: string): string =>
  fromBase62(code)
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/**
 * The text of a new secret. It names its own id (a lower-case UUID), so finding its row is one look-up, and carries a check, so that
 * scanners and we recognise one without a look-up. `randomness` is 32 bytes nobody else has seen.
 */
export const mintSecret = (prefix: SecretPrefix, id: string, randomness: Uint8Array): string => {
  invariant(uuidForm.test(id), 'a secret id is a lower-case UUID')
  invariant(randomness.length === randomnessBytes, `a secret rests on ${randomnessBytes} random bytes`)
  const idText = idCode.encode(BigInt(`0x${id.replaceAll('-', '')}`))
  const text = `${prefix}_${idText}_${randomnessCode.encode(numberOf(randomness))}`
  return `${text}_${checkOf(text)}`
}

const isPrefix = (text: string | undefined): text is SecretPrefix => secretPrefixes.some((prefix) => prefix === text)

/** Kind and id of a text that `mintSecret` could have made; undefined for every other text. Says nothing about whether it is right. */
export const parseSecret = (text: string): { readonly prefix: SecretPrefix; readonly id: string } | undefined => {
  const [, prefix, id = '', randomness = '', check] = secretForm.exec(text) ?? []
  if (!isPrefix(prefix) || !idCode.isInRange(id) || !randomnessCode.isInRange(randomness)) return undefined
  if (checkOf(`${prefix}_${id}_${randomness}`) !== check) return undefined
  return {
    prefix,
    // Most callers know the holder by another id and never look.
    get id() {
      return uuidOf(id)
    },
  }
}

/** Peppers ready for `macOf`, from the parsed `<id>:<base64 of 32 bytes>` list. */
export const pepperRing = (material: { readonly activeId: string; readonly keys: ReadonlyMap<string, Uint8Array> }): PepperRing => {
  invariant(material.keys.has(material.activeId), 'the active pepper is in the ring')
  return {
    activeId: material.activeId,
    keys: new Map([...material.keys].map(([id, bytes]) => [id, createSecretKey(bytes)])),
  }
}

/** HMAC-SHA-256 of a secret under the pepper it was stored with: 32 bytes. Throws the Fault `unknown_pepper` when that one is not in the ring. */
export const macOf = (ring: PepperRing, pepperId: string, text: string): Uint8Array => {
  const pepper = ring.keys.get(pepperId)
  if (pepper === undefined) throw new Fault('unknown_pepper')
  return createHmac('sha256', pepper).update(text).digest()
}

/** Whether two MACs are the same, in a time that does not tell where they differ. */
export const matches = (mac: Uint8Array, expected: Uint8Array): boolean => mac.length === expected.length && timingSafeEqual(mac, expected)

/**
 * What to compare with when there is no client or no such secret: a MAC of nothing, drawn anew in every process, so that the answer
 * takes as long as a wrong secret's. Pair it with the ring's `activeId`.
 */
export const dummyMac: Uint8Array = randomBytes(32)
