import type { PrincipalRights, WorkspaceRights } from '@chancery/domain'
import type { PrincipalRow } from '@chancery/event-store'
import { present } from '../present.ts'
import type { PrincipalView } from '../schemas/principal.ts'

/** Shows workspaces by name; assignments to those that are gone are not shown. */
export const principalView = (row: PrincipalRow, workspaces: readonly WorkspaceRights[]): PrincipalView => ({
  id: row.principalId,
  kind: row.kind,
  name: row.name ?? null,
  ...present({ client_id: row.clientId }),
  roles: [...row.roles],
  enabled: row.isEnabled,
  workspaces: workspaces.filter(({ workspaceId }) => row.workspaceIds.includes(workspaceId)).map(({ name }) => name),
  version: row.version,
})

export const rowOf = ({ principalVersion, ...rights }: PrincipalRights): PrincipalRow => ({ ...rights, version: principalVersion })
