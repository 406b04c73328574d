import { streams, workspaces } from '@chancery/domain'
import type { TenantDeps } from '../deps.ts'
import { type Nothing, type Outcome, settled } from '../outcome.ts'
import { readWorkspace } from './read-workspace.ts'

export const deleteWorkspace = async (deps: TenantDeps, key: string): Promise<Outcome<Nothing>> => {
  const workspace = await readWorkspace(deps, key)
  if (!workspace.accepted) return workspace
  const stream = streams.workspace(workspace.value.id)
  return settled(await deps.tenant.change((unit) => unit.decide(stream, workspaces, { kind: 'delete' })))
}
