import { streams, workspaces } from '@chancery/domain'
import type { TenantDeps } from '../deps.ts'
import { normalHosts } from '../hosts.ts'
import { type Outcome, refused } from '../outcome.ts'
import type { WorkspaceCreation, WorkspaceView } from '../schemas/workspace.ts'
import { readWorkspace } from './read-workspace.ts'

export const createWorkspace = async (deps: TenantDeps, { name, audience, hosts }: WorkspaceCreation): Promise<Outcome<WorkspaceView>> => {
  const normal = normalHosts(hosts ?? [])
  if (!normal.accepted) return normal
  const workspaceId = deps.random.uuid()
  const command = { kind: 'create', workspaceId, name, audience, hosts: normal.value } as const
  const change = await deps.tenant.change((unit) => unit.decide(streams.workspace(workspaceId), workspaces, command))
  return change.accepted ? await readWorkspace(deps, workspaceId) : refused(change.reason)
}
