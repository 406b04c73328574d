import { accept, type Decider, type Decision, reject } from '@chancery/kernel'
import type { PrincipalEvent } from '../principal/events.ts'
import type { ResourceEvent } from '../resource/events.ts'
import type { CredentialCommand, IssueSecret } from './commands.ts'
import type { CredentialEvent } from './events.ts'
import { type Credentials, evolveCredentials, initialCredentials, type Secret } from './evolve.ts'

export type CredentialRefusal = 'holder_unknown' | 'principal_disabled' | 'secret_limit' | 'lifetime_too_long' | 'secret_unknown'

/** Five live secrets at most, each for two years at most (what Databricks promises its service principals). */
export const secretLimits = { secrets: 5, secretLifetimeSeconds: 730 * 86_400 }

export const isLive = (secret: Secret, at: number): boolean => !secret.isRevoked && secret.expiresAt > at

const issue = (state: Credentials, command: IssueSecret): Decision<CredentialEvent, CredentialRefusal> => {
  if (state.holder === 'disabled') return reject('principal_disabled')
  if (state.secrets.filter((secret) => isLive(secret, command.at)).length >= command.limits.secrets) return reject('secret_limit')
  if (command.lifetimeSeconds > command.limits.secretLifetimeSeconds) return reject('lifetime_too_long')
  const { secretId, at, lifetimeSeconds, isImported, mac, pepperId } = command
  return accept({
    type: 'credential.secret-issued.v1',
    data: { secretId, issuedAt: at, expiresAt: at + lifetimeSeconds * 1000, isImported },
    sealed: { mac, pepperId },
  })
}

const decideCredentials = (state: Credentials, command: CredentialCommand): Decision<CredentialEvent, CredentialRefusal> => {
  if (state.holder === 'none' || state.holder === 'deleted') return reject('holder_unknown')
  if (command.kind === 'issue') return issue(state, command)
  const known = state.secrets.find((secret) => secret.secretId === command.secretId)
  if (known === undefined) return reject('secret_unknown')
  return known.isRevoked ? accept() : accept({ type: 'credential.secret-revoked.v1', data: { secretId: command.secretId } })
}

export const credentials: Decider<Credentials, CredentialCommand, CredentialEvent | PrincipalEvent | ResourceEvent, CredentialRefusal> = {
  initialState: initialCredentials,
  evolve: evolveCredentials,
  decide: decideCredentials,
}
