import { accept, type Decider, type Decision, reject } from '@chancery/kernel'
import { sameList } from '../same-list.ts'
import type { ChangePrincipal, CreatePrincipal, PrincipalCommand } from './commands.ts'
import type { PrincipalEvent } from './events.ts'
import { evolvePrincipal, initialPrincipal, type Principal } from './evolve.ts'

export type PrincipalRefusal = 'principal_exists' | 'principal_unknown'

type LivingPrincipal = Extract<Principal, { status: 'enabled' | 'disabled' }>

const created = (command: CreatePrincipal): PrincipalEvent => ({
  type: 'principal.created.v1',
  data: {
    principalId: command.principalId,
    personalId: command.personalId,
    kind: command.principalKind,
    ...(command.clientId === undefined ? {} : { clientId: command.clientId }),
    roles: [...command.roles],
    isEnabled: command.isEnabled,
    workspaceIds: [...command.workspaceIds],
  },
  personal: { name: command.name },
})

const enabling = (state: LivingPrincipal, isEnabled: boolean | undefined): PrincipalEvent[] => {
  if (isEnabled === undefined || isEnabled === (state.status === 'enabled')) return []
  return [isEnabled ? { type: 'principal.enabled.v1', data: {} } : { type: 'principal.disabled.v1', data: {} }]
}

const changes = (state: LivingPrincipal, command: ChangePrincipal): PrincipalEvent[] => {
  const { name, personalId, roles, workspaceIds } = command
  const events: PrincipalEvent[] = []
  if (name !== undefined && personalId !== undefined)
    events.push({ type: 'principal.renamed.v1', data: { personalId }, personal: { name } })
  if (roles !== undefined && !sameList(roles, state.roles)) events.push({ type: 'principal.roles-changed.v1', data: { roles: [...roles] } })
  if (workspaceIds !== undefined && !sameList(workspaceIds, state.workspaceIds)) {
    events.push({ type: 'principal.workspaces-changed.v1', data: { workspaceIds: [...workspaceIds] } })
  }
  return [...events, ...enabling(state, command.isEnabled)]
}

const decidePrincipal = (state: Principal, command: PrincipalCommand): Decision<PrincipalEvent, PrincipalRefusal> => {
  if (command.kind === 'create') return state.status === 'none' ? accept(created(command)) : reject('principal_exists')
  if (state.status === 'none' || state.status === 'deleted') return reject('principal_unknown')
  if (command.kind === 'delete') return accept({ type: 'principal.deleted.v1', data: {} })
  return accept(...changes(state, command))
}

export const principals: Decider<Principal, PrincipalCommand, PrincipalEvent, PrincipalRefusal> = {
  initialState: initialPrincipal,
  evolve: evolvePrincipal,
  decide: decidePrincipal,
}
