import { hash } from 'node:crypto'
import { asId, type KeyId } from '@chancery/kernel'
import type { PublicJwk } from './algorithms.ts'

/** The key's id: base64url of SHA-256 over its required members in lexicographic order (RFC 7638 §3), so a kid cannot name two keys. */
export const thumbprint = (jwk: PublicJwk): KeyId => asId(hash('sha256', JSON.stringify(jwk, Object.keys(jwk).sort()), 'base64url'))
