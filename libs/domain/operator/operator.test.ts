import { describe, expect, it } from 'vitest'
import { spec } from '../spec.ts'
import { operatorTokens } from './decide.ts'
import type { OperatorEvent } from './events.ts'

const at = 1_700_000_000_000
const issued: OperatorEvent = {
  type: 'operator-token.issued.v1',
  data: { tokenId: 'o1', label: 'ci', issuedAt: at },
  sealed: { mac: 'bWFj', pepperId: 'k1' },
}
const revoked: OperatorEvent = { type: 'operator-token.revoked.v1', data: { tokenId: 'o1' } }

describe('an operator token', () => {
  it('is issued with its MAC sealed', () => {
    spec(operatorTokens)
      .given([])
      .when({ kind: 'issue', at, tokenId: 'o1', label: 'ci', mac: 'bWFj', pepperId: 'k1' })
      .thenAccepted([issued])
    expect(JSON.stringify(issued.data)).not.toContain('bWFj')
  })

  it('is revoked once, however often it is asked', () => {
    spec(operatorTokens).given([issued]).when({ kind: 'revoke', tokenId: 'o1' }).thenAccepted([revoked])
    spec(operatorTokens).given([issued, revoked]).when({ kind: 'revoke', tokenId: 'o1' }).thenAccepted([])
  })

  it('is not revoked if nobody issued it', () => {
    spec(operatorTokens).given([issued]).when({ kind: 'revoke', tokenId: 'o2' }).thenRejected('token_unknown')
    spec(operatorTokens).given([]).when({ kind: 'revoke', tokenId: 'constructor' }).thenRejected('token_unknown')
  })
})
