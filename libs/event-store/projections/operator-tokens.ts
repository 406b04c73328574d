import { operatorTokens } from '../schema.ts'
import { macBytes, type ProjectedEvent } from './projected-event.ts'
import { insert, type RowChange, remove } from './row-change.ts'

export const projectOperatorToken = ({ tenantId, event }: ProjectedEvent): RowChange[] => {
  switch (event.type) {
    case 'operator-token.issued.v1': {
      const { mac, pepperId } = event.sealed
      return [insert(operatorTokens, { tenantId, ...event.data, mac: macBytes(mac), pepperId })]
    }
    case 'operator-token.revoked.v1':
      return [remove(operatorTokens, { tenantId, tokenId: event.data.tokenId })]
    default:
      return []
  }
}
