import type { Static } from 'typebox'
import type { TenantDeps } from '../deps.ts'
import { done, type Outcome } from '../outcome.ts'
import type { workspacePage } from '../schemas/workspace.ts'
import { type Paging, pageRequest, pageView } from './page.ts'
import { workspaceView } from './workspace-view.ts'

export const listWorkspaces = async ({ tenant }: TenantDeps, paging: Paging): Promise<Outcome<Static<typeof workspacePage>>> =>
  done(pageView(await tenant.read((reads) => reads.workspaces(pageRequest(paging))), workspaceView))
