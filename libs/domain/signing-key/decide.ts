import { accept, type Decider, type Decision, reject } from '@chancery/kernel'
import type { AddSigningKey, SigningKeyCommand } from './commands.ts'
import type { SigningKeyEvent } from './events.ts'
import { evolveSigningKeys, initialSigningKeys, type SigningKeys } from './evolve.ts'

export type SigningKeyRefusal = 'key_exists' | 'key_unknown' | 'rotation_pending'

/**
 * One rotation at a time: a consumer that refetches an unknown `kid` at most once in ten minutes (Quarkus) would meet the second new key
 * with its window used up. A compromise does not wait.
 */
const add = (state: SigningKeys, command: AddSigningKey): Decision<SigningKeyEvent, SigningKeyRefusal> => {
  const { kid, alg, publicJwk, createdAt, activatesAt, sealedPrivateKey, isCompromised } = command
  if (state.some((key) => key.kid === kid)) return reject('key_exists')
  const living = state.filter((key) => key.alg === alg && !key.isCompromised)
  if (!isCompromised && living.some((key) => key.activatesAt > createdAt)) return reject('rotation_pending')
  const generated: SigningKeyEvent = {
    type: 'signing-key.generated.v1',
    data: { kid, alg, publicJwk: { ...publicJwk }, createdAt, activatesAt },
    sealed: { privateKey: sealedPrivateKey },
  }
  const given: SigningKeyEvent[] = isCompromised
    ? living.map((key) => ({ type: 'signing-key.compromised.v1', data: { kid: key.kid, at: createdAt } }))
    : []
  return accept(generated, ...given)
}

const decideSigningKeys = (state: SigningKeys, command: SigningKeyCommand): Decision<SigningKeyEvent, SigningKeyRefusal> => {
  if (command.kind === 'add') return add(state, command)
  if (!state.some((key) => key.kid === command.kid)) return reject('key_unknown')
  return accept({ type: 'signing-key.rewrapped.v1', data: { kid: command.kid }, sealed: { privateKey: command.sealedPrivateKey } })
}

export const signingKeys: Decider<SigningKeys, SigningKeyCommand, SigningKeyEvent, SigningKeyRefusal> = {
  initialState: initialSigningKeys,
  evolve: evolveSigningKeys,
  decide: decideSigningKeys,
}
