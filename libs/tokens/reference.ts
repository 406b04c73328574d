import type { KeyObject } from 'node:crypto'
import { CompactSign, compactVerify, importJWK } from 'jose'
import type { AlgorithmName, PublicJwk } from './algorithms.ts'

/** The protected header of a token of ours. */
export interface TokenHeader {
  readonly alg: AlgorithmName
  readonly typ: string
  readonly kid: string
}

/** A compact JWS made by jose: what our own signer is measured against. Slow; off the token path only. */
export const referenceSign = (payload: Uint8Array, header: TokenHeader, privateKey: KeyObject): Promise<string> =>
  new CompactSign(payload).setProtectedHeader({ ...header }).sign(privateKey)

/** The payload of a compact JWS, verified by jose with the public key and nothing else. Rejects with jose's error when it does not hold. */
export const referenceVerify = async (token: string, alg: AlgorithmName, publicJwk: PublicJwk): Promise<Uint8Array> => {
  const { payload } = await compactVerify(token, await importJWK({ ...publicJwk }, alg), { algorithms: [alg] })
  return payload
}
