export {
  type AccessTokenClaims,
  type Actor,
  type Confirmation,
  type RestsOn,
  type RestsOnKind,
  reservedClaims,
  restsOn,
  type TokenUse,
} from './access-token.ts'
export { type AlgorithmName, algorithms, defaultAlgorithm, isAlgorithm, type PublicJwk } from './algorithms.ts'
export { type JwksDocument, jwksDocument } from './jwks.ts'
export {
  activation,
  jwksMaxAgeSeconds,
  publishedKeys,
  type SigningKey,
  type StoredSigningKey,
  signingKeyAt,
  signingKeyFrom,
} from './keys.ts'
export { generateSigningKey, type NewSigningKey, type ProvenKey, provenKey } from './proven-key.ts'
export { referenceSign, type TokenHeader } from './reference.ts'
export { type Keyring, open, resealNeeded, seal, signingKeyContext } from './seal.ts'
export {
  dummyMac,
  macOf,
  matches,
  mintSecret,
  type PepperRing,
  parseSecret,
  pepperRing,
  type SecretPrefix,
} from './secrets.ts'
export { type TokenParts, TokenSigner } from './sign.ts'
export {
  type Expectation,
  type TokenRefusal,
  type Verification,
  type VerifyingKey,
  type VerifyingKeys,
  verifyAccessToken,
  verifyingKeys,
} from './verify.ts'
