import { resources, streams } from '@chancery/domain'
import type { TenantDeps } from '../deps.ts'
import { type Nothing, type Outcome, settled } from '../outcome.ts'

export const removeResource = async ({ tenant }: TenantDeps, resourceId: string): Promise<Outcome<Nothing>> =>
  settled(await tenant.change((unit) => unit.decide(streams.resource(resourceId), resources, { kind: 'remove' })))
