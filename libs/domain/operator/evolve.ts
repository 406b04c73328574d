import type { OperatorEvent } from './events.ts'

/** Live and revoked operator tokens by id. */
export type OperatorTokens = ReadonlyMap<string, { readonly isRevoked: boolean }>

export const initialOperatorTokens: OperatorTokens = new Map()

export const evolveOperatorTokens = (state: OperatorTokens, event: OperatorEvent): OperatorTokens => {
  switch (event.type) {
    case 'operator-token.issued.v1':
      return new Map(state).set(event.data.tokenId, { isRevoked: false })
    case 'operator-token.revoked.v1':
      return new Map(state).set(event.data.tokenId, { isRevoked: true })
    default:
      return state
  }
}
