import { type DomainEvent, type SigningKeyRefusal, streams, type TenantRefusal, tenants } from '@chancery/domain'
import type { Decision } from '@chancery/kernel'
import { defaultAlgorithm, isAlgorithm } from '@chancery/tokens'
import type { TenantDeps } from '../deps.ts'
import { normalHosts } from '../hosts.ts'
import { type Outcome, refused } from '../outcome.ts'
import { present } from '../present.ts'
import type { TenantChange, TenantView } from '../schemas/tenant.ts'
import { ensureSigningKey } from './ensure-signing-key.ts'
import { readTenant } from './read-tenant.ts'

const statusCommands = { active: 'resume', suspended: 'suspend' } as const

export const changeTenant = async (deps: TenantDeps, input: TenantChange): Promise<Outcome<TenantView>> => {
  const hosts = normalHosts(input.hosts ?? [])
  if (!hosts.accepted) return hosts
  const { display_name: displayName, default_audience: defaultAudience, default_alg: defaultAlg, status } = input
  const alg = defaultAlg ?? defaultAlgorithm
  if (!isAlgorithm(alg)) return refused('alg_unknown')
  const changes = present({ displayName, defaultAudience, defaultAlg, hosts: input.hosts === undefined ? undefined : hosts.value })
  const ensureKey = await ensureSigningKey(deps, alg)
  const change = await deps.tenant.change(async (unit): Promise<Decision<DomainEvent, TenantRefusal | SigningKeyRefusal>> => {
    const decision = await unit.decide(streams.tenant, tenants, { kind: 'change', ...changes })
    const keyed = decision.accepted ? await ensureKey(unit) : decision
    if (!keyed.accepted || status === undefined) return keyed
    return await unit.decide(streams.tenant, tenants, { kind: statusCommands[status] })
  })
  return change.accepted ? await readTenant(deps) : refused(change.reason)
}
