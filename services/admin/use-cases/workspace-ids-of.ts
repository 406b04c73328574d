import type { TenantReads } from '@chancery/event-store'
import { loadWorkspaces } from './read-workspace.ts'
import { findWorkspace } from './workspace-view.ts'

/** The ids of the workspaces that a body names by id or name, each once; undefined when there is one the tenant does not have. */
export const workspaceIdsOf = async (reads: TenantReads, named: readonly string[]): Promise<string[] | undefined> => {
  if (named.length === 0) return []
  const workspaces = await loadWorkspaces(reads)
  const ids = named.map((key) => findWorkspace(workspaces, key)?.workspaceId)
  const known = ids.filter((id) => id !== undefined)
  return known.length === ids.length ? [...new Set(known)] : undefined
}
