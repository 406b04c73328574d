import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { Failure } from './failure.ts'
import { isObject, type JsonObject, memberOf, parseJson, textOf } from './json.ts'

export interface Jwt {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** What was signed, and the signature over it. */
  readonly signed: Buffer
  readonly signature: Buffer
}

const objectIn = (part: string): JsonObject | undefined => {
  const value = /^[\w-]+$/.test(part) ? parseJson(Buffer.from(part, 'base64url').toString('utf8')) : undefined
  return isObject(value) ? value : undefined
}

/** Reads a compact JWS (RFC 7515 §3.1) and proves nothing. Throws Failure `not_a_jwt`. */
export const decodeJwt = (token: string): Jwt => {
  const parts = token.split('.')
  const [head = '', body = '', signature = ''] = parts
  const header = objectIn(head)
  const claims = objectIn(body)
  if (parts.length !== 3 || header === undefined || claims === undefined) throw new Failure('this is not a JWT', { code: 'not_a_jwt' })
  return { header, claims, signed: Buffer.from(`${head}.${body}`), signature: Buffer.from(signature, 'base64url') }
}

interface Algorithm {
  readonly kty: string
  readonly crv?: string
  verify(signed: Buffer, key: KeyObject, signature: Buffer): boolean
}

/** RFC 7518 §3 and RFC 8037 §3.1. What is not in here, `none` above all, proves nothing. */
const algorithms: ReadonlyMap<string, Algorithm> = new Map<string, Algorithm>([
  [
    'ES256',
    {
      kty: 'EC',
      crv: 'P-256',
      verify: (signed, key, signature) => verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature),
    },
  ],
  ['RS256', { kty: 'RSA', verify: (signed, key, signature) => verify('sha256', signed, key, signature) }],
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519', verify: (signed, key, signature) => verify(null, signed, key, signature) }],
])

const publicKeyOf = (jwk: JsonObject): KeyObject | undefined => {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    return undefined
  }
}

const keyIn = (jwks: unknown, kid: string | undefined): JsonObject | undefined => {
  const keys = memberOf(jwks, 'keys')
  return Array.isArray(keys) && kid !== undefined ? keys.filter(isObject).find((key) => key['kid'] === kid) : undefined
}

/** The key, if it is one for the algorithm: a header chooses among what the issuer published and never how that is used. */
const fittingKey = (jwk: JsonObject, alg: string, { kty, crv }: Algorithm): KeyObject | undefined => {
  const fits = jwk['kty'] === kty && (crv === undefined || jwk['crv'] === crv) && (jwk['alg'] ?? alg) === alg
  return fits ? publicKeyOf(jwk) : undefined
}

/** Why the signature is none of the issuer's keys'; `undefined` when it is right. */
export const signatureFault = ({ header, signed, signature }: Jwt, jwks: unknown): string | undefined => {
  const kid = textOf(header, 'kid')
  const alg = textOf(header, 'alg') ?? 'none'
  const algorithm = algorithms.get(alg)
  if (algorithm === undefined) return `the algorithm ${alg} proves nothing`
  const jwk = keyIn(jwks, kid)
  if (jwk === undefined) return `the key ${kid ?? 'without a kid'} is not in JWKS`
  const key = fittingKey(jwk, alg, algorithm)
  if (key === undefined) return `the key ${kid} is not one for ${alg}`
  return algorithm.verify(signed, key, signature) ? undefined : 'the signature is wrong'
}
