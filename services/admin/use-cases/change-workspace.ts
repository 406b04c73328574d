import { streams, workspaces } from '@chancery/domain'
import type { TenantDeps } from '../deps.ts'
import { normalHosts } from '../hosts.ts'
import { type Outcome, refused } from '../outcome.ts'
import { present } from '../present.ts'
import type { WorkspaceChange, WorkspaceView } from '../schemas/workspace.ts'
import { readWorkspace } from './read-workspace.ts'

export const changeWorkspace = async (deps: TenantDeps, key: string, input: WorkspaceChange): Promise<Outcome<WorkspaceView>> => {
  const hosts = normalHosts(input.hosts ?? [])
  if (!hosts.accepted) return hosts
  const workspace = await readWorkspace(deps, key)
  if (!workspace.accepted) return workspace
  const { id } = workspace.value
  const changes = present({ audience: input.audience, hosts: input.hosts === undefined ? undefined : hosts.value })
  const change = await deps.tenant.change((unit) => unit.decide(streams.workspace(id), workspaces, { kind: 'change', ...changes }))
  return change.accepted ? await readWorkspace(deps, id) : refused(change.reason)
}
