import type { WorkspaceEvent } from './events.ts'

export type Workspace =
  | { readonly status: 'none' | 'deleted' }
  | { readonly status: 'active'; readonly name: string; readonly audience: string; readonly hosts: readonly string[] }

export const initialWorkspace: Workspace = { status: 'none' }

export const evolveWorkspace = (state: Workspace, event: WorkspaceEvent): Workspace => {
  if (event.type === 'workspace.created.v1') {
    const { name, audience, hosts } = event.data
    return { status: 'active', name, audience, hosts }
  }
  if (state.status !== 'active') return state
  switch (event.type) {
    case 'workspace.audience-changed.v1':
      return { ...state, audience: event.data.audience }
    case 'workspace.hosts-changed.v1':
      return { ...state, hosts: event.data.hosts }
    case 'workspace.deleted.v1':
      return { status: 'deleted' }
    default:
      return state
  }
}
