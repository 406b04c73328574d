import { streams, tenants } from '@chancery/domain'
import type { TenantDeps } from '../deps.ts'
import { normalHosts } from '../hosts.ts'
import { type Outcome, refused } from '../outcome.ts'
import { present } from '../present.ts'
import type { TenantChange, TenantView } from '../schemas/tenant.ts'
import { readTenant } from './read-tenant.ts'

const statusCommands = { active: 'resume', suspended: 'suspend' } as const

export const changeTenant = async (deps: TenantDeps, input: TenantChange): Promise<Outcome<TenantView>> => {
  const hosts = normalHosts(input.hosts ?? [])
  if (!hosts.accepted) return hosts
  const { display_name: displayName, default_audience: defaultAudience, status } = input
  const changes = present({ displayName, defaultAudience, hosts: input.hosts === undefined ? undefined : hosts.value })
  const change = await deps.tenant.change(async (unit) => {
    const decision = await unit.decide(streams.tenant, tenants, { kind: 'change', ...changes })
    if (!decision.accepted || status === undefined) return decision
    return await unit.decide(streams.tenant, tenants, { kind: statusCommands[status] })
  })
  return change.accepted ? await readTenant(deps) : refused(change.reason)
}
