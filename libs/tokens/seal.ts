import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Fault, invariant } from '@chancery/kernel'
import { fromBase64url, toBase64url } from './base64url.ts'

/** Master keys by id, 32 bytes each; the active one seals, all of them open. Ids contain no colon. */
export interface Keyring {
  readonly activeId: string
  readonly keys: ReadonlyMap<string, Uint8Array>
}

const nonceBytes = 12
const tagBytes = 16
const cipher = 'aes-256-gcm'

// `v1:<key id>:<base64url of nonce, ciphertext, tag>`
const sealedForm = /^v1:([^:]+):([A-Za-z0-9_-]+)$/

// The key id has no colon, so head and context cannot be cut at another place.
const boundTo = (keyId: string, context: string): Buffer => Buffer.from(`v1:${keyId}:${context}`)

const unsealable = (cause?: unknown): Fault => new Fault('unsealable', { cause, retryable: false })

const read = (sealed: string): { readonly keyId: string; readonly payload: Buffer } => {
  const [, keyId, encoded] = sealedForm.exec(sealed) ?? []
  const payload = encoded === undefined ? undefined : fromBase64url(encoded)
  if (keyId === undefined || payload === undefined || payload.length < nonceBytes + tagBytes) throw unsealable()
  return { keyId, payload }
}

/** What a private signing key is sealed for: a row that is moved to another tenant, or put under another kid, does not open. */
export const signingKeyContext = (tenantId: string, kid: string): string => `${tenantId}/${kid}`

/**
 * Encrypts under the active master key with AES-256-GCM, bound to `context` (tenant and kid, say): sealed text moved to another row does
 * not open there. The answer names its key and its format.
 */
export const seal = (ring: Keyring, plaintext: Uint8Array, context: string): string => {
  const key = ring.keys.get(ring.activeId)
  invariant(key !== undefined, 'the active master key is in the ring')
  invariant(!ring.activeId.includes(':'), 'a master key id contains no colon')
  const nonce = randomBytes(nonceBytes)
  const encryption = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes }).setAAD(boundTo(ring.activeId, context))
  const ciphertext = Buffer.concat([encryption.update(plaintext), encryption.final()])
  return `v1:${ring.activeId}:${toBase64url(Buffer.concat([nonce, ciphertext, encryption.getAuthTag()]))}`
}

/**
 * The plaintext of what `seal` made for the same context. Throws a Fault: `unknown_master_key` when its key is not in the ring (retryable:
 * another instance may be ahead in a rotation), `unsealable` when it was altered, cut or sealed for another context.
 */
export const open = (ring: Keyring, sealed: string, context: string): Uint8Array => {
  const { keyId, payload } = read(sealed)
  const key = ring.keys.get(keyId)
  if (key === undefined) throw new Fault('unknown_master_key')
  const decryption = createDecipheriv(cipher, key, payload.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decryption.setAAD(boundTo(keyId, context)).setAuthTag(payload.subarray(-tagBytes))
  try {
    return Buffer.concat([decryption.update(payload.subarray(nonceBytes, -tagBytes)), decryption.final()])
  } catch (cause) {
    throw unsealable(cause)
  }
}

/** Whether a rewrap has to seal this again: it rests on a master key that is no longer the active one. Throws `unsealable` on other text. */
export const resealNeeded = (ring: Keyring, sealed: string): boolean => read(sealed).keyId !== ring.activeId
