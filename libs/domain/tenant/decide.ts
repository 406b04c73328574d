import { accept, type Decider, type Decision, reject } from '@chancery/kernel'
import { sameList } from '../same-list.ts'
import type { ChangeTenant, CreateTenant, TenantCommand } from './commands.ts'
import type { TenantEvent } from './events.ts'
import { evolveTenant, initialTenant, type Tenant } from './evolve.ts'

export type TenantRefusal = 'tenant_exists' | 'tenant_unknown'

type KnownTenant = Exclude<Tenant, { status: 'none' }>

const create = (state: Tenant, { tenantId, name, displayName, hosts, accountId }: CreateTenant): Decision<TenantEvent, TenantRefusal> => {
  if (state.status !== 'none') return reject('tenant_exists')
  const data = { tenantId, name, hosts: [...hosts], accountId, ...(displayName === undefined ? {} : { displayName }) }
  return accept({ type: 'tenant.created.v1', data })
}

/** Whether a setting is given and not what it is; null takes it back. */
const differs = <Value>(given: Value | null | undefined, current: Value | undefined): given is Value | null =>
  given !== undefined && (given ?? undefined) !== current

const changes = (state: KnownTenant, command: ChangeTenant): TenantEvent[] => {
  const events: TenantEvent[] = []
  const { displayName, hosts, defaultAudience, defaultAlg } = command
  if (displayName !== undefined && displayName !== state.displayName)
    events.push({ type: 'tenant.display-name-changed.v1', data: { displayName } })
  if (hosts !== undefined && !sameList(hosts, state.hosts)) events.push({ type: 'tenant.hosts-changed.v1', data: { hosts: [...hosts] } })
  if (differs(defaultAudience, state.defaultAudience))
    events.push({ type: 'tenant.default-audience-changed.v1', data: { defaultAudience } })
  if (differs(defaultAlg, state.defaultAlg)) events.push({ type: 'tenant.default-alg-changed.v1', data: { defaultAlg } })
  return events
}

/** Suspension and its end are idempotent; a deleted tenant knows no further command. */
const decideTenant = (state: Tenant, command: TenantCommand): Decision<TenantEvent, TenantRefusal> => {
  if (command.kind === 'create') return create(state, command)
  if (state.status === 'none' || state.status === 'deleted') return reject('tenant_unknown')
  switch (command.kind) {
    case 'change':
      return accept(...changes(state, command))
    case 'suspend':
      return state.status === 'suspended' ? accept() : accept({ type: 'tenant.suspended.v1', data: {} })
    case 'resume':
      return state.status === 'active' ? accept() : accept({ type: 'tenant.resumed.v1', data: {} })
    case 'delete':
      return accept({ type: 'tenant.deleted.v1', data: {} })
  }
}

export const tenants: Decider<Tenant, TenantCommand, TenantEvent, TenantRefusal> = {
  initialState: initialTenant,
  evolve: evolveTenant,
  decide: decideTenant,
}
