import type { TenantDeps } from '../deps.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import type { ResourceView } from '../schemas/resource.ts'
import { resourceView } from './resource-view.ts'

export const readResource = async ({ tenant }: TenantDeps, resourceId: string): Promise<Outcome<ResourceView>> => {
  const resource = await tenant.read((reads) => reads.resource(resourceId))
  return resource === undefined ? refused('resource_unknown') : done(resourceView(resource))
}
