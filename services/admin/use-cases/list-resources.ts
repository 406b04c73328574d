import type { Static } from 'typebox'
import type { TenantDeps } from '../deps.ts'
import { done, type Outcome } from '../outcome.ts'
import type { resourcePage } from '../schemas/resource.ts'
import { type Paging, pageRequest, pageView } from './page.ts'
import { resourceView } from './resource-view.ts'

export const listResources = async ({ tenant }: TenantDeps, paging: Paging): Promise<Outcome<Static<typeof resourcePage>>> =>
  done(pageView(await tenant.read((reads) => reads.resources(pageRequest(paging))), resourceView))
