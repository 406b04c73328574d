import { createPublicKey, type KeyObject } from 'node:crypto'
import type { KeyId, Milliseconds, Seconds } from '@chancery/kernel'
import { type AccessTokenClaims, isAccessTokenClaims } from './access-token.ts'
import { type AlgorithmName, algorithms } from './algorithms.ts'
import { fromBase64url } from './base64url.ts'
import { isRecord } from './is-record.ts'
import type { SigningKey } from './keys.ts'

/** Public keys of one tenant by kid. A Map, so that no kid reaches a prototype; one tenant's, so that no other's kid is known. */
export type VerifyingKeys = ReadonlyMap<string, VerifyingKey>

export interface VerifyingKey {
  readonly kid: KeyId
  readonly alg: AlgorithmName
  readonly publicKey: KeyObject
}

/** Why a token is not accepted. Fit for a log or a metric; the bearer learns no more than that it is invalid. */
export type TokenRefusal =
  | 'too_large'
  | 'malformed'
  | 'critical_header'
  | 'unknown_key'
  | 'wrong_algorithm'
  | 'wrong_type'
  | 'bad_signature'
  | 'not_an_access_token'
  | 'wrong_issuer'
  | 'expired'
  | 'not_yet_valid'

export type Verification =
  | { readonly accepted: true; readonly kid: KeyId; readonly claims: AccessTokenClaims }
  | { readonly accepted: false; readonly reason: TokenRefusal }

/** What the token must be: `types` are the values of `typ` accepted here, spelled as we write them; `now` is in milliseconds. */
export interface Expectation {
  readonly keys: VerifyingKeys
  readonly issuer: string
  readonly types: ReadonlySet<string>
  readonly now: Milliseconds
}

const largestToken = 16 * 1024
const leewaySeconds: Seconds = 60

interface Envelope {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Buffer
  readonly signature: Buffer
  readonly signingInput: string
}

const refuse = (reason: TokenRefusal): Verification => ({ accepted: false, reason })

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
}

const readEnvelope = (token: string): Envelope | undefined => {
  const [headerBytes, payload, signature, ...rest] = token.split('.', 4).map(fromBase64url)
  if (headerBytes === undefined || payload === undefined || signature === undefined || rest.length > 0) return undefined
  const header = parseJson(headerBytes)
  return isRecord(header) ? { header, payload, signature, signingInput: token.slice(0, token.lastIndexOf('.')) } : undefined
}

// `jku`, `jwk`, `x5u` and `x5c` are never looked at: the key is the one registered under the kid, with the algorithm it was made for.
const keyFor = (header: Envelope['header'], { keys, types }: Expectation): VerifyingKey | TokenRefusal => {
  if (Object.hasOwn(header, 'crit')) return 'critical_header'
  const key = typeof header.kid === 'string' ? keys.get(header.kid) : undefined
  if (key === undefined) return 'unknown_key'
  if (header.alg !== key.alg) return 'wrong_algorithm'
  return typeof header.typ === 'string' && types.has(header.typ) ? key : 'wrong_type'
}

// No leeway for `exp`: we wrote it by clocks we keep together.
const refusalInTime = ({ exp, iat, nbf }: AccessTokenClaims, now: Seconds): TokenRefusal | undefined => {
  if (now >= exp) return 'expired'
  return iat > now + leewaySeconds || (nbf !== undefined && nbf > now + leewaySeconds) ? 'not_yet_valid' : undefined
}

/**
 * Verifies an access token of ours: form, key, signature, `typ`, `use`, issuer and times (`exp` exact, `iat` and `nbf` with 60 s for skew).
 * Audience and cuts are the caller's to check. Never throws on any text; a refusal is a value.
 */
export const verifyAccessToken = (token: string, expectation: Expectation): Verification => {
  if (token.length > largestToken) return refuse('too_large')
  const envelope = readEnvelope(token)
  if (envelope === undefined) return refuse('malformed')
  const key = keyFor(envelope.header, expectation)
  if (typeof key === 'string') return refuse(key)
  const signed = Buffer.from(envelope.signingInput, 'latin1')
  if (!algorithms[key.alg].verify(signed, envelope.signature, key.publicKey)) return refuse('bad_signature')
  const claims = parseJson(envelope.payload)
  if (!isAccessTokenClaims(claims)) return refuse('not_an_access_token')
  if (claims.iss !== expectation.issuer) return refuse('wrong_issuer')
  const untimely = refusalInTime(claims, expectation.now / 1000)
  return untimely === undefined ? { accepted: true, kid: key.kid, claims } : refuse(untimely)
}

const verifyingKey = ({ kid, alg, publicJwk }: SigningKey): VerifyingKey => ({
  kid,
  alg,
  publicKey: createPublicKey({ key: { ...publicJwk }, format: 'jwk' }),
})

/** Public keys ready for `verifyAccessToken`, from a tenant's published keys. */
export const verifyingKeys = (published: readonly SigningKey[]): VerifyingKeys =>
  new Map(published.map((key) => [key.kid, verifyingKey(key)]))
