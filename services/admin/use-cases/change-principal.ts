import { type DomainEvent, type PrincipalRefusal, principals, streams } from '@chancery/domain'
import type { TenantReads } from '@chancery/event-store'
import { type Decision, reject } from '@chancery/kernel'
import type { TenantDeps } from '../deps.ts'
import { type Outcome, refused } from '../outcome.ts'
import { present } from '../present.ts'
import type { PrincipalChange, PrincipalView } from '../schemas/principal.ts'
import { readPrincipal } from './read-principal.ts'
import { workspaceIdsOf } from './workspace-ids-of.ts'

/** The events do not hold the name, so only the read table knows whether it changes. */
const isNewName = async (reads: TenantReads, principalId: string, name: string | undefined): Promise<boolean> =>
  name !== undefined && (await reads.principal({ principalId }))?.name !== name

export const changePrincipal = async (deps: TenantDeps, principalId: string, input: PrincipalChange): Promise<Outcome<PrincipalView>> => {
  const { name, roles, enabled: isEnabled, workspaces } = input
  const personalId = deps.random.uuid()
  const change = await deps.tenant.change(async (unit): Promise<Decision<DomainEvent, PrincipalRefusal | 'workspace_not_found'>> => {
    const workspaceIds = workspaces && (await workspaceIdsOf(unit.reads, workspaces))
    if (workspaces !== undefined && workspaceIds === undefined) return reject('workspace_not_found')
    const renaming = (await isNewName(unit.reads, principalId, name)) ? { name, personalId } : {}
    const changes = present({ ...renaming, roles: roles && [...new Set(roles)], isEnabled, workspaceIds })
    return await unit.decide(streams.principal(principalId), principals, { kind: 'change', ...changes })
  })
  return change.accepted ? await readPrincipal(deps, principalId) : refused(change.reason)
}
