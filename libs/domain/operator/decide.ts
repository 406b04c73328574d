import { accept, type Decider, type Decision, reject } from '@chancery/kernel'
import type { OperatorCommand } from './commands.ts'
import type { OperatorEvent } from './events.ts'
import { evolveOperatorTokens, initialOperatorTokens, type OperatorTokens } from './evolve.ts'

export type OperatorRefusal = 'token_unknown'

const decideOperatorTokens = (state: OperatorTokens, command: OperatorCommand): Decision<OperatorEvent, OperatorRefusal> => {
  if (command.kind === 'issue') {
    const { tokenId, label, at, mac, pepperId } = command
    return accept({ type: 'operator-token.issued.v1', data: { tokenId, label, issuedAt: at }, sealed: { mac, pepperId } })
  }
  const known = state.get(command.tokenId)
  if (known === undefined) return reject('token_unknown')
  return known.isRevoked ? accept() : accept({ type: 'operator-token.revoked.v1', data: { tokenId: command.tokenId } })
}

export const operatorTokens: Decider<OperatorTokens, OperatorCommand, OperatorEvent, OperatorRefusal> = {
  initialState: initialOperatorTokens,
  evolve: evolveOperatorTokens,
  decide: decideOperatorTokens,
}
