import type { Static } from 'typebox'
import type { AdminDeps } from '../deps.ts'
import { done, type Outcome } from '../outcome.ts'
import type { tenantPage } from '../schemas/tenant.ts'
import { type Paging, pageRequest, pageView } from './page.ts'
import { tenantView } from './tenant-view.ts'

export const listTenants = async (deps: AdminDeps, paging: Paging): Promise<Outcome<Static<typeof tenantPage>>> =>
  done(pageView(await deps.tenantsPage(pageRequest(paging)), (tenant) => tenantView(deps, tenant)))
