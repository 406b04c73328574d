import { invariant, type KeyId, type Milliseconds, type Seconds } from '@chancery/kernel'
import { type AlgorithmName, algorithms, isAlgorithm, type PublicJwk } from './algorithms.ts'
import { thumbprint } from './thumbprint.ts'

/** A signing key's public half and its place in time. A key with `compromisedAt` neither signs nor is published again. */
export interface SigningKey {
  readonly kid: KeyId
  readonly alg: AlgorithmName
  readonly publicJwk: PublicJwk
  readonly createdAt: Milliseconds
  readonly activatesAt: Milliseconds
  readonly compromisedAt?: Milliseconds | undefined
}

/** A signing key as rows and events hold it. */
export interface StoredSigningKey extends Pick<SigningKey, 'createdAt' | 'activatesAt' | 'compromisedAt'> {
  readonly kid: string
  readonly alg: string
  readonly publicJwk: Readonly<Record<string, string>>
}

/** Reads a stored key. Throws a bug when its algorithm is none of ours, the key is not of it, or the kid is not its thumbprint. */
export const signingKeyFrom = ({ kid, alg, publicJwk, createdAt, activatesAt, compromisedAt }: StoredSigningKey): SigningKey => {
  invariant(isAlgorithm(alg), 'a stored signing key is of an algorithm of ours')
  const jwk = algorithms[alg].publicJwk(publicJwk)
  const id = thumbprint(jwk)
  invariant(id === kid, 'a kid is the thumbprint of its public key')
  return { kid: id, alg, publicJwk: jwk, createdAt, activatesAt, compromisedAt }
}

/** `Cache-Control: max-age` of the JWKS document, in seconds. Short, because it is how long an emergency key may stay unknown. */
export const jwksMaxAgeSeconds: Seconds = 300

// Kafka reads JWKS once an hour and Trino every 15 minutes, whatever max-age says; neither asks again for an unknown kid.
const minimumLeadSeconds: Seconds = Math.max(3600, jwksMaxAgeSeconds)

// Room for clock skew at issuers and verifiers after the last token of a key has expired.
const retentionMarginSeconds: Seconds = 900

const inOrderOfActivation = (a: SigningKey, b: SigningKey): number =>
  a.activatesAt - b.activatesAt || a.createdAt - b.createdAt || Number(a.kid > b.kid) - Number(a.kid < b.kid)

// A key that is in the set was created in the past, whatever this instance's clock says: an emergency key made by an instance
// whose clock is ahead signs here at once too.
const hasActivated = (key: SigningKey, now: Milliseconds): boolean => key.activatesAt <= Math.max(now, key.createdAt)

// A key given up while it was pending never signed, and one given up before the other existed cannot have replaced it, whatever
// the clocks of two instances say about their order.
const couldReplace = (other: SigningKey, key: SigningKey): boolean =>
  other.compromisedAt === undefined ||
  (other.activatesAt <= Math.max(other.compromisedAt, other.createdAt) && key.createdAt < other.compromisedAt)

const successorsOf = (key: SigningKey, keys: readonly SigningKey[]): SigningKey[] =>
  keys.filter((other) => other.alg === key.alg && inOrderOfActivation(other, key) > 0 && couldReplace(other, key))

const replacedAt = (key: SigningKey, keys: readonly SigningKey[]): Milliseconds =>
  Math.min(...successorsOf(key, keys).map(({ activatesAt }) => activatesAt))

/**
 * What the JWKS document shows at `now` (milliseconds): every key that may sign or may have signed a token still alive. Pending keys
 * are in it from their creation; a replaced key stays until its successor's activation + `maxTokenLifeSeconds` + 15 min; a compromised
 * one is out at once. Oldest first, the same on every instance.
 */
export const publishedKeys = (keys: readonly SigningKey[], now: Milliseconds, maxTokenLifeSeconds: Seconds): SigningKey[] => {
  const retentionMs = (maxTokenLifeSeconds + retentionMarginSeconds) * 1000
  const isNeeded = (key: SigningKey): boolean => now < replacedAt(key, keys) + retentionMs
  return keys.filter((key) => key.compromisedAt === undefined && isNeeded(key)).sort(inOrderOfActivation)
}

/**
 * The key that signs at `now`: the latest activated one of the algorithm that is not compromised. Undefined when there is none; a key that
 * a compromised one had replaced does not return, since verifiers may have dropped it.
 */
export const signingKeyAt = (keys: readonly SigningKey[], alg: AlgorithmName, now: Milliseconds): SigningKey | undefined =>
  keys.find(
    (key) =>
      key.alg === alg &&
      key.compromisedAt === undefined &&
      hasActivated(key, now) &&
      !successorsOf(key, keys).some((other) => hasActivated(other, now)),
  )

/**
 * When a key created at `now` begins to sign, in milliseconds. At once for the first key of an algorithm, for a compromised rotation and
 * whenever nothing else can sign; otherwise after the lead, at least 1 h and at least the JWKS max-age however small `leadSeconds` is.
 * In a compromised rotation `keys` may or may not show the compromise yet.
 */
export const activation = (
  keys: readonly SigningKey[],
  now: Milliseconds,
  rotation: { readonly alg: AlgorithmName; readonly leadSeconds: Seconds; readonly compromised: boolean },
): Milliseconds => {
  if (rotation.compromised || signingKeyAt(keys, rotation.alg, now) === undefined) return now
  return now + Math.max(rotation.leadSeconds, minimumLeadSeconds) * 1000
}
