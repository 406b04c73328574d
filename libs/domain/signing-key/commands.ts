/** Adds a key. `activatesAt` is when it starts to sign; it is published from now on. */
export interface AddSigningKey {
  readonly kind: 'add'
  readonly kid: string
  readonly alg: string
  readonly publicJwk: Readonly<Record<string, string>>
  readonly createdAt: number
  readonly activatesAt: number
  /** PKCS #8, sealed under the master key. */
  readonly sealedPrivateKey: string
  /** The keys of this algorithm that existed until now are given up: they leave JWKS at once. */
  readonly isCompromised: boolean
}

export interface RewrapSigningKey {
  readonly kind: 'rewrap'
  readonly kid: string
  readonly sealedPrivateKey: string
}

export type SigningKeyCommand = AddSigningKey | RewrapSigningKey
