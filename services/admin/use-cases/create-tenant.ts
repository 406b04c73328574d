import { type DomainEvent, type SigningKeyRefusal, signingKeys, streams, type TenantRefusal, tenants } from '@chancery/domain'
import { asId, type Decision, type TenantId } from '@chancery/kernel'
import { defaultAlgorithm } from '@chancery/tokens'
import { type AdminDeps, inTenant } from '../deps.ts'
import { normalHosts } from '../hosts.ts'
import { type Outcome, refused } from '../outcome.ts'
import { present } from '../present.ts'
import type { TenantCreation, TenantView } from '../schemas/tenant.ts'
import { newSigningKey } from './new-signing-key.ts'
import { readTenant } from './read-tenant.ts'

/** A tenant can sign from its first moment: its first key is created with it. */
export const createTenant = async (deps: AdminDeps, input: TenantCreation): Promise<Outcome<TenantView>> => {
  const hosts = normalHosts(input.hosts ?? [])
  if (!hosts.accepted) return hosts
  const tenantId = asId<TenantId>(deps.random.uuid())
  const created = {
    kind: 'create',
    tenantId,
    name: input.name,
    hosts: hosts.value,
    accountId: input.account_id ?? deps.random.uuid(),
    ...present({ displayName: input.display_name }),
  } as const
  const scope = inTenant(deps, tenantId)
  const key = await newSigningKey(scope, defaultAlgorithm)
  const change = await scope.tenant.change(async (unit): Promise<Decision<DomainEvent, TenantRefusal | SigningKeyRefusal>> => {
    const decision = await unit.decide(streams.tenant, tenants, created)
    return decision.accepted ? await unit.decide(streams.signingKeys, signingKeys, key.add([])) : decision
  })
  return change.accepted ? await readTenant(scope) : refused(change.reason)
}
