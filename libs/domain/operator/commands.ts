export interface IssueOperatorToken {
  readonly kind: 'issue'
  readonly at: number
  readonly tokenId: string
  readonly label: string
  /** HMAC-SHA-256 of the token under the pepper `pepperId`, base64. */
  readonly mac: string
  readonly pepperId: string
}

export interface RevokeOperatorToken {
  readonly kind: 'revoke'
  readonly tokenId: string
}

export type OperatorCommand = IssueOperatorToken | RevokeOperatorToken
