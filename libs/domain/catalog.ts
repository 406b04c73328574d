import { asId, inScopeOf, invariant, type PrincipalId, type Touches } from '@chancery/kernel'
import { Value } from 'typebox/value'
import { credentialEvents } from './credential/events.ts'
import { operatorEvents } from './operator/events.ts'
import { policyEvents } from './policy/events.ts'
import { principalEvents } from './principal/events.ts'
import { resourceEvents } from './resource/events.ts'
import type { EventOf, EventSchema, PersonalFields } from './schema.ts'
import { signingKeyEvents } from './signing-key/events.ts'
import { tenantEvents } from './tenant/events.ts'
import { workspaceEvents } from './workspace/events.ts'

const current = {
  ...tenantEvents,
  ...workspaceEvents,
  ...principalEvents,
  ...credentialEvents,
  ...policyEvents,
  ...resourceEvents,
  ...signingKeyEvents,
  ...operatorEvents,
}

/** Any event the domain decides today. */
export type DomainEvent = EventOf<typeof current>
export type DomainEventType = DomainEvent['type']

/** An event as it is stored: whatever version it was written in. */
export interface StoredEvent {
  readonly type: string
  readonly data: unknown
  readonly sealed?: unknown
  readonly personal?: PersonalFields
}

/** Turns an event of an older version into the next one; chained until the type is a current one. */
export type Upcaster = (event: StoredEvent) => StoredEvent
export type Upcasters = ReadonlyMap<string, Upcaster>

/** Old versions, each with the step to its successor. A version that was ever written never leaves this table or the one above. */
const upcasters: Upcasters = new Map()

export const eventSchemas: ReadonlyMap<string, EventSchema> = new Map(Object.entries(current))

/** Brings a stored event to its current version, step by step. One that no step knows stays as it is. */
export const upcast = (event: StoredEvent, steps: Upcasters = upcasters): StoredEvent => {
  const step = steps.get(event.type)
  if (step !== undefined) return upcast(step(event), steps)
  return event
}

const isCurrent = (event: StoredEvent): event is DomainEvent => {
  const schema = eventSchemas.get(event.type)
  if (schema === undefined || !Value.Check(schema.data, event.data)) return false
  return schema.sealed === undefined || event.sealed === undefined || Value.Check(schema.sealed, event.sealed)
}

/** Reads a stored event as the domain knows it today. Throws when it fits no schema: a broken log is never guessed at. */
export const parseEvent = (stored: StoredEvent): DomainEvent => {
  const event = upcast(stored)
  invariant(isCurrent(event), `event of type ${stored.type} fits its schema`)
  return event
}

/** Which version a stream's events raise: a principal's stream its principal's, every other one the policy version of the tenant. */
export const touchesOf = (streamId: string): Touches => {
  const principalId = inScopeOf('principal', streamId)
  return principalId === undefined ? { kind: 'policy' } : { kind: 'principal', principalId: asId<PrincipalId>(principalId) }
}

/** Stream ids, one place for their form. */
export const streams = {
  tenant: 'tenant',
  signingKeys: 'signing-keys',
  operatorTokens: 'operator-tokens',
  principal: (principalId: string): string => `principal/${principalId}`,
  workspace: (workspaceId: string): string => `workspace/${workspaceId}`,
  resource: (resourceId: string): string => `resource/${resourceId}`,
}
