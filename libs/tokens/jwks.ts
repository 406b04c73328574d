import { hash } from 'node:crypto'
import type { SigningKey } from './keys.ts'

/** A JWKS document ready to send, with its strong entity tag (RFC 9110 §8.8.3), quotes included. */
export interface JwksDocument {
  readonly body: string
  readonly etag: string
}

/**
 * The JWK set (RFC 7517 §5) of the published keys, in their order. Members are the public key's, `kid`, `alg` and `use`; nothing else of a
 * key ever gets in. Equal keys in equal order give equal bytes and an equal tag on every instance.
 */
export const jwksDocument = (published: readonly Pick<SigningKey, 'kid' | 'alg' | 'publicJwk'>[]): JwksDocument => {
  const body = JSON.stringify({ keys: published.map(({ kid, alg, publicJwk }) => ({ ...publicJwk, kid, alg, use: 'sig' })) })
  return { body, etag: `"${hash('sha256', body, 'base64url')}"` }
}
