import { accept, type Decider, type Decision, reject } from '@chancery/kernel'
import type { ResourceCommand } from './commands.ts'
import type { ResourceEvent } from './events.ts'
import { evolveResource, initialResource, type Resource, type ResourceSettings } from './evolve.ts'

export type ResourceRefusal = 'resource_exists' | 'resource_unknown' | 'claim_reserved' | 'typ_unknown'

/** Claims on which our own checks and every consumer's rest, and a name that no object holds like another; no mapping may write them. */
export const reservedClaims: ReadonlySet<string> = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'client_id',
  'scope',
  'act',
  'may_act',
  'cnf',
  'tid',
  'wid',
  'lin',
  'sst',
  'use',
  'on',
  '__proto__',
])

const types: ReadonlySet<string> = new Set(['at+jwt', 'JWT'])

const fault = ({ claims, typ }: ResourceSettings): ResourceRefusal | undefined => {
  if (Object.keys(claims).some((name) => reservedClaims.has(name))) return 'claim_reserved'
  return typ === undefined || types.has(typ) ? undefined : 'typ_unknown'
}

const decideResource = (state: Resource, command: ResourceCommand): Decision<ResourceEvent, ResourceRefusal> => {
  if (command.kind === 'register' && state.status !== 'none') return reject('resource_exists')
  if (command.kind !== 'register' && state.status !== 'registered') return reject('resource_unknown')
  if (command.kind === 'remove') return accept({ type: 'resource.removed.v1', data: {} })
  const refusal = fault(command.settings)
  if (refusal !== undefined) return reject(refusal)
  const settings = { ...command.settings, claims: { ...command.settings.claims } }
  return command.kind === 'register'
    ? accept({ type: 'resource.registered.v1', data: { resourceId: command.resourceId, ...settings } })
    : accept({ type: 'resource.changed.v1', data: settings })
}

export const resources: Decider<Resource, ResourceCommand, ResourceEvent, ResourceRefusal> = {
  initialState: initialResource,
  evolve: evolveResource,
  decide: decideResource,
}
