import type { WorkspaceRights } from '@chancery/domain'
import type { WorkspaceView } from '../schemas/workspace.ts'

export const workspaceView = ({ workspaceId, name, audience, hosts }: WorkspaceRights): WorkspaceView => ({
  id: workspaceId,
  name,
  audience,
  hosts: [...hosts],
})

/** By id or by name; an id wins, since a name may look like one. */
export const findWorkspace = (workspaces: readonly WorkspaceRights[], key: string): WorkspaceRights | undefined =>
  workspaces.find(({ workspaceId }) => workspaceId === key) ?? workspaces.find(({ name }) => name === key)
