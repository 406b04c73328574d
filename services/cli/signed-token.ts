import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { JsonObject } from './json.ts'

/** A key of an issuer that a test makes up. */
export interface MadeKey {
  readonly jwk: JsonObject
  token(claims: JsonObject, header?: JsonObject): string
}

const makers = {
  ES256: { pair: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }), digest: 'sha256' },
  RS256: { pair: () => generateKeyPairSync('rsa', { modulusLength: 2048 }), digest: 'sha256' },
  EdDSA: { pair: () => generateKeyPairSync('ed25519'), digest: null },
} as const

const part = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const signatureOf = (text: string, key: KeyObject, digest: string | null): string =>
  sign(digest, Buffer.from(text), key.asymmetricKeyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' } : key).toString('base64url')

export const madeKey = (alg: keyof typeof makers, kid = 'k1'): MadeKey => {
  const { pair, digest } = makers[alg]
  const { publicKey, privateKey } = pair()
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
    token(claims, header = {}) {
      const text = `${part({ alg, kid, typ: 'at+jwt', ...header })}.${part(claims)}`
      return `${text}.${signatureOf(text, privateKey, digest)}`
    },
  }
}
