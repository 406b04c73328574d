import { inScopeOf, invariant } from '@chancery/kernel'
import { hosts, workspaces } from '../schema.ts'
import type { ProjectedEvent } from './projected-event.ts'
import { insert, type RowChange, remove, update } from './row-change.ts'

const claimed = (tenantId: string, workspaceId: string, names: readonly string[]): RowChange[] =>
  [...new Set(names)].map((host) => insert(hosts, { host, tenantId, workspaceId }))

export const projectWorkspace = ({ tenantId, streamId, event }: ProjectedEvent): RowChange[] => {
  const workspaceId = inScopeOf('workspace', streamId)
  if (workspaceId === undefined) return []
  const where = { tenantId, workspaceId }
  switch (event.type) {
    case 'workspace.created.v1': {
      invariant(event.data.workspaceId === workspaceId, 'a workspace is created in its own stream')
      const { name, audience } = event.data
      return [
        insert(workspaces, { ...where, name, audience, hosts: event.data.hosts }),
        ...claimed(tenantId, workspaceId, event.data.hosts),
      ]
    }
    case 'workspace.audience-changed.v1':
      return [update(workspaces, { where, row: { audience: event.data.audience } })]
    case 'workspace.hosts-changed.v1':
      return [
        remove(hosts, where),
        ...claimed(tenantId, workspaceId, event.data.hosts),
        update(workspaces, { where, row: { hosts: event.data.hosts } }),
      ]
    case 'workspace.deleted.v1':
      return [remove(hosts, where), remove(workspaces, where)]
    default:
      return []
  }
}
