import type { WorkspaceRights } from '@chancery/domain'
import type { TenantReads } from '@chancery/event-store'
import type { TenantDeps } from '../deps.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import type { WorkspaceView } from '../schemas/workspace.ts'
import { findWorkspace, workspaceView } from './workspace-view.ts'

export const loadWorkspaces = async (reads: TenantReads): Promise<readonly WorkspaceRights[]> =>
  (await reads.tenant())?.rights.workspaces ?? []

/** The key is an id or a name. */
export const readWorkspace = async ({ tenant }: TenantDeps, key: string): Promise<Outcome<WorkspaceView>> => {
  const workspace = findWorkspace(await tenant.read(loadWorkspaces), key)
  return workspace === undefined ? refused('workspace_unknown') : done(workspaceView(workspace))
}
