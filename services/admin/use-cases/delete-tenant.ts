import { streams, tenants } from '@chancery/domain'
import type { TenantDeps } from '../deps.ts'
import { type Nothing, type Outcome, settled } from '../outcome.ts'

export const deleteTenant = async ({ tenant }: TenantDeps): Promise<Outcome<Nothing>> =>
  settled(await tenant.change((unit) => unit.decide(streams.tenant, tenants, { kind: 'delete' })))
