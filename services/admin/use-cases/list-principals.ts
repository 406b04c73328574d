import type { Static } from 'typebox'
import type { TenantDeps } from '../deps.ts'
import { done, type Outcome } from '../outcome.ts'
import { present } from '../present.ts'
import type { PrincipalFilter, principalPage } from '../schemas/principal.ts'
import { pageRequest, pageView } from './page.ts'
import { principalView } from './principal-view.ts'
import { loadWorkspaces } from './read-workspace.ts'

export const listPrincipals = async ({ tenant }: TenantDeps, filter: PrincipalFilter): Promise<Outcome<Static<typeof principalPage>>> =>
  await tenant.read(async (reads) => {
    const { kind, name } = filter
    const page = await reads.principals({ ...pageRequest(filter), ...present({ kind, name }) })
    const workspaces = await loadWorkspaces(reads)
    return done(pageView(page, (row) => principalView(row, workspaces)))
  })
