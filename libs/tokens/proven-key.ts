import { createPrivateKey, type KeyObject } from 'node:crypto'
import { invariant, type KeyId } from '@chancery/kernel'
import { type AlgorithmName, algorithms, type PublicJwk } from './algorithms.ts'
import type { SigningKey } from './keys.ts'
import { referenceVerify } from './reference.ts'
import { TokenSigner } from './sign.ts'
import { thumbprint } from './thumbprint.ts'

/** A key whose signatures have been verified against the public key that verifiers see. Only `provenKey` makes one. */
export interface ProvenKey {
  readonly kid: KeyId
  readonly alg: AlgorithmName
  readonly publicJwk: PublicJwk
  readonly privateKey: KeyObject
}

/** A new key on its way into the store: `pkcs8` is the private half in DER, for `seal` and nothing else. */
export interface NewSigningKey {
  readonly kid: KeyId
  readonly alg: AlgorithmName
  readonly publicJwk: PublicJwk
  readonly pkcs8: Uint8Array
}

const probe = { typ: 'probe', claims: { probe: 'ü' } }

const holds = async (key: ProvenKey): Promise<boolean> => {
  const token = new TokenSigner().mint({ key, ...probe })
  const payload = await referenceVerify(token, key.alg, key.publicJwk).catch(() => undefined)
  return payload !== undefined && Buffer.from(payload).toString() === JSON.stringify(probe.claims)
}

const privateKeyFrom = (pkcs8: Uint8Array): KeyObject | undefined => {
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  } catch {
    return undefined
  }
}

/**
 * Makes a private key fit to sign: our signer signs a probe and jose verifies it with the public key that is published. Throws a bug when
 * the halves do not belong together, the kid is not the public key's thumbprint, or our signature is not what the standard says.
 */
export const provenKey = async (key: Pick<SigningKey, 'kid' | 'alg' | 'publicJwk'>, pkcs8: Uint8Array): Promise<ProvenKey> => {
  const privateKey = privateKeyFrom(pkcs8)
  invariant(privateKey !== undefined, 'a signing key is stored as PKCS #8')
  invariant(thumbprint(key.publicJwk) === key.kid, 'a kid is the thumbprint of its public key')
  const proven = { kid: key.kid, alg: key.alg, publicJwk: key.publicJwk, privateKey }
  invariant(await holds(proven), 'jose verifies what a signing key made')
  return proven
}

/** A fresh key pair. RS256 takes some 100 ms of a pool thread. */
export const generateSigningKey = async (alg: AlgorithmName): Promise<NewSigningKey> => {
  const { publicKey, privateKey } = await algorithms[alg].generate()
  const publicJwk = algorithms[alg].publicJwk({ ...publicKey.export({ format: 'jwk' }) })
  return { kid: thumbprint(publicJwk), alg, publicJwk, pkcs8: privateKey.export({ format: 'der', type: 'pkcs8' }) }
}
