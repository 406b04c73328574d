import {
  type DomainEvent,
  initialIssuancePolicy,
  type PolicyRefusal,
  type PrincipalRefusal,
  policies,
  principals,
  streams,
} from '@chancery/domain'
import { type Decision, reject } from '@chancery/kernel'
import type { TenantDeps } from '../deps.ts'
import { type Outcome, refused } from '../outcome.ts'
import type { PrincipalCreation, PrincipalView } from '../schemas/principal.ts'
import { readPrincipal } from './read-principal.ts'
import { workspaceIdsOf } from './workspace-ids-of.ts'

type Refusal = PrincipalRefusal | PolicyRefusal | 'workspace_not_found'

/** A service principal starts with the policy that lets clients use the scopes they hard-code. */
export const createPrincipal = async (deps: TenantDeps, input: PrincipalCreation): Promise<Outcome<PrincipalView>> => {
  if (input.kind !== 'service') return refused('kind_not_supported')
  const { random, tenant } = deps
  const [principalId, personalId, clientId, policyId] = [random.uuid(), random.uuid(), random.uuid(), random.uuid()]
  const stream = streams.principal(principalId)
  const { name, roles = [], enabled: isEnabled = true, workspaces = [] } = input
  const change = await tenant.change(async (unit): Promise<Decision<DomainEvent, Refusal>> => {
    const workspaceIds = await workspaceIdsOf(unit.reads, workspaces)
    if (workspaceIds === undefined) return reject('workspace_not_found')
    const ids = { principalId, personalId, clientId, workspaceIds }
    const created = { kind: 'create', principalKind: 'service', ...ids, name, roles: [...new Set(roles)], isEnabled } as const
    const decision = await unit.decide(stream, principals, created)
    if (!decision.accepted) return decision
    return await unit.decide(stream, policies, { kind: 'set-policy', policyId, policy: initialIssuancePolicy })
  })
  return change.accepted ? await readPrincipal(deps, principalId) : refused(change.reason)
}
