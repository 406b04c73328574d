export interface IssueSecret {
  readonly kind: 'issue'
  readonly at: number
  readonly secretId: string
  readonly lifetimeSeconds: number
  readonly isImported: boolean
  /** HMAC-SHA-256 of the secret under the pepper `pepperId`, base64. */
  readonly mac: string
  readonly pepperId: string
  readonly limits: { readonly secrets: number; readonly secretLifetimeSeconds: number }
}

export interface RevokeSecret {
  readonly kind: 'revoke'
  readonly secretId: string
}

export type CredentialCommand = IssueSecret | RevokeSecret
