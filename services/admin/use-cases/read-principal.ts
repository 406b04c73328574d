import type { TenantDeps } from '../deps.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import type { PrincipalView } from '../schemas/principal.ts'
import { principalView, rowOf } from './principal-view.ts'
import { loadWorkspaces } from './read-workspace.ts'

export const readPrincipal = async ({ tenant }: TenantDeps, principalId: string): Promise<Outcome<PrincipalView>> =>
  await tenant.read(async (reads) => {
    const rights = await reads.principal({ principalId })
    return rights === undefined ? refused('principal_unknown') : done(principalView(rowOf(rights), await loadWorkspaces(reads)))
  })
