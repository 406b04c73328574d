import type { KeyId } from '@chancery/kernel'
import { algorithms } from './algorithms.ts'
import { toBase64url } from './base64url.ts'
import type { ProvenKey } from './proven-key.ts'

/** What goes into a token: `typ` is the resource's choice (`at+jwt` by default), `claims` go in as they are. */
export interface TokenParts {
  readonly key: Pick<ProvenKey, 'kid' | 'alg' | 'privateKey'>
  readonly typ: string
  readonly claims: Readonly<Record<string, unknown>>
}

// Resources choose `typ`, so its values are few but not ours to bound.
const cachedTypesPerKey = 16

const headerOf = (alg: string, typ: string, kid: KeyId): string => toBase64url(JSON.stringify({ alg, typ, kid }))

/** Signs on the token path: synchronous, one signature a call. Encoded headers are kept per key and `typ`, and go when the key goes. */
export class TokenSigner {
  readonly #headers = new WeakMap<TokenParts['key'], Map<string, string>>()

  /** The compact JWS (RFC 7515 §7.1). The caller answers for the claims: `exp`, `use` and all. */
  mint({ key, typ, claims }: TokenParts): string {
    const signingInput = `${this.#header(key, typ)}.${toBase64url(JSON.stringify(claims))}`
    const signature = algorithms[key.alg].sign(Buffer.from(signingInput, 'latin1'), key.privateKey)
    return `${signingInput}.${signature.toString('base64url')}`
  }

  #header(key: TokenParts['key'], typ: string): string {
    const headers = this.#headers.get(key) ?? new Map<string, string>()
    const known = headers.get(typ)
    if (known !== undefined) return known
    const header = headerOf(key.alg, typ, key.kid)
    if (headers.size < cachedTypesPerKey) this.#headers.set(key, headers.set(typ, header))
    return header
  }
}
