import { generateKeyPair, type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { invariant } from '@chancery/kernel'

/** The public half of a key as RFC 7517 spells it: only what identifies the key, members in the order of its thumbprint (RFC 7638 §3.2). */
export type PublicJwk =
  | { readonly crv: 'P-256'; readonly kty: 'EC'; readonly x: string; readonly y: string }
  | { readonly e: string; readonly kty: 'RSA'; readonly n: string }
  | { readonly crv: 'Ed25519'; readonly kty: 'OKP'; readonly x: string }

interface Algorithm {
  generate(): Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }>
  /** The members of a public key and no others. Throws a bug when it is of another kind or size than the algorithm wants. */
  publicJwk(jwk: Readonly<Record<string, unknown>>): PublicJwk
  /** The JWS signature (RFC 7518 §3, RFC 8037 §3.1). Synchronous: docs/adr/0006 has the figures. */
  sign(data: Uint8Array, privateKey: KeyObject): Buffer
  verify(data: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean
}

const generate = promisify(generateKeyPair)

const rsaBits = 2048
const rsaModulusCharacters = Math.ceil(rsaBits / 6)

/** All that is known about a signature algorithm, one row each. ES256 is the default. */
export const algorithms = {
  ES256: {
    generate: () => generate('ec', { namedCurve: 'P-256' }),
    publicJwk: ({ kty, crv, x, y }) => {
      invariant(kty === 'EC' && crv === 'P-256' && typeof x === 'string' && typeof y === 'string', 'an ES256 key is an EC key on P-256')
      return { crv, kty, x, y }
    },
    sign: (data, key) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
    // RFC 7518 §3.4: r and s are 32 bytes each; Node takes no other length.
    verify: (data, signature, key) => verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature),
  },
  RS256: {
    generate: () => generate('rsa', { modulusLength: rsaBits }),
    publicJwk: ({ kty, n, e }) => {
      invariant(kty === 'RSA' && typeof n === 'string' && typeof e === 'string', 'an RS256 key is an RSA key')
      invariant(n.length === rsaModulusCharacters, `an RS256 key has ${rsaBits} bits`)
      return { e, kty, n }
    },
    sign: (data, key) => sign('sha256', data, key),
    verify: (data, signature, key) => verify('sha256', data, key, signature),
  },
  EdDSA: {
    generate: () => generate('ed25519'),
    publicJwk: ({ kty, crv, x }) => {
      invariant(kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string', 'an EdDSA key is an Ed25519 key')
      return { crv, kty, x }
    },
    sign: (data, key) => sign(null, data, key),
    verify: (data, signature, key) => verify(null, data, key, signature),
  },
} satisfies Record<string, Algorithm>

export type AlgorithmName = keyof typeof algorithms

/** What signs when neither tenant nor resource chose. */
export const defaultAlgorithm: AlgorithmName = 'ES256'

/** Whether a configured or received `alg` is one of ours; exact spelling, so `none`, `es256` and `__proto__` are not. */
export const isAlgorithm = (name: string): name is AlgorithmName => Object.hasOwn(algorithms, name)
