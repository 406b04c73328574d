import { accept, type Decider, type Decision, reject } from '@chancery/kernel'
import { sameList } from '../same-list.ts'
import type { WorkspaceCommand } from './commands.ts'
import type { WorkspaceEvent } from './events.ts'
import { evolveWorkspace, initialWorkspace, type Workspace } from './evolve.ts'

export type WorkspaceRefusal = 'workspace_exists' | 'workspace_unknown'

const decideWorkspace = (state: Workspace, command: WorkspaceCommand): Decision<WorkspaceEvent, WorkspaceRefusal> => {
  if (command.kind === 'create') {
    if (state.status !== 'none') return reject('workspace_exists')
    const { workspaceId, name, audience, hosts } = command
    return accept({ type: 'workspace.created.v1', data: { workspaceId, name, audience, hosts: [...hosts] } })
  }
  if (state.status !== 'active') return reject('workspace_unknown')
  if (command.kind === 'delete') return accept({ type: 'workspace.deleted.v1', data: {} })
  const { audience, hosts } = command
  const events: WorkspaceEvent[] = []
  if (audience !== undefined && audience !== state.audience) events.push({ type: 'workspace.audience-changed.v1', data: { audience } })
  if (hosts !== undefined && !sameList(hosts, state.hosts)) events.push({ type: 'workspace.hosts-changed.v1', data: { hosts: [...hosts] } })
  return accept(...events)
}

export const workspaces: Decider<Workspace, WorkspaceCommand, WorkspaceEvent, WorkspaceRefusal> = {
  initialState: initialWorkspace,
  evolve: evolveWorkspace,
  decide: decideWorkspace,
}
