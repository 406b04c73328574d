import { accept, type Decider, type Decision, reject } from '@chancery/kernel'
import { sameList } from '../same-list.ts'
import type { ChangeWorkspace, CreateWorkspace, WorkspaceCommand } from './commands.ts'
import type { WorkspaceEvent } from './events.ts'
import { evolveWorkspace, initialWorkspace, type Workspace } from './evolve.ts'

export type WorkspaceRefusal = 'workspace_exists' | 'workspace_unknown'

type LivingWorkspace = Extract<Workspace, { status: 'active' }>

const created = ({ workspaceId, name, audience, hosts }: CreateWorkspace): WorkspaceEvent => ({
  type: 'workspace.created.v1',
  data: { workspaceId, name, audience, hosts: [...hosts] },
})

const changes = (state: LivingWorkspace, { audience, hosts }: ChangeWorkspace): WorkspaceEvent[] => {
  const events: WorkspaceEvent[] = []
  if (audience !== undefined && audience !== state.audience) events.push({ type: 'workspace.audience-changed.v1', data: { audience } })
  if (hosts !== undefined && !sameList(hosts, state.hosts)) events.push({ type: 'workspace.hosts-changed.v1', data: { hosts: [...hosts] } })
  return events
}

const decideWorkspace = (state: Workspace, command: WorkspaceCommand): Decision<WorkspaceEvent, WorkspaceRefusal> => {
  if (command.kind === 'create') return state.status === 'none' ? accept(created(command)) : reject('workspace_exists')
  if (state.status !== 'active') return reject('workspace_unknown')
  return command.kind === 'delete' ? accept({ type: 'workspace.deleted.v1', data: {} }) : accept(...changes(state, command))
}

export const workspaces: Decider<Workspace, WorkspaceCommand, WorkspaceEvent, WorkspaceRefusal> = {
  initialState: initialWorkspace,
  evolve: evolveWorkspace,
  decide: decideWorkspace,
}
