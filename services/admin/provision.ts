import { invariant } from '@chancery/kernel'
import { type AdminDeps, inTenant, type TenantDeps } from './deps.ts'
import type { Outcome } from './outcome.ts'
import type { NewOperatorTokenView } from './schemas/platform.ts'
import type { NewSecretView } from './schemas/secret.ts'
import type { TenantView } from './schemas/tenant.ts'
import { createPrincipal } from './use-cases/create-principal.ts'
import { createTenant } from './use-cases/create-tenant.ts'
import { principalHolder } from './use-cases/holder.ts'
import { issueOperatorToken } from './use-cases/issue-operator-token.ts'
import { issueSecret } from './use-cases/issue-secret.ts'
import { listPrincipals } from './use-cases/list-principals.ts'
import { listSecrets } from './use-cases/list-secrets.ts'
import { readTenant } from './use-cases/read-tenant.ts'
import { revokeSecret } from './use-cases/revoke-secret.ts'

/** What a first start needs before anyone can authenticate; each may be repeated. A refusal here is a bug, faults reject as everywhere. */
export interface Provision {
  /** The living tenant of this name, created where there is none. */
  ensureTenant(name: string): Promise<TenantView>
  /** The service principal of this name, created where there is none. */
  ensureServicePrincipal(tenant: string, name: string): Promise<{ readonly id: string; readonly clientId: string }>
  /** Revokes whatever secrets the principal has, since nobody knows them any more, and makes a new one. */
  replaceSecret(tenant: string, principalId: string): Promise<NewSecretView>
  issueOperatorToken(label: string): Promise<NewOperatorTokenView>
}

const granted = <Value>(outcome: Outcome<Value>): Value => {
  invariant(outcome.accepted, `first start is not refused${outcome.accepted ? '' : `: ${outcome.reason}`}`)
  return outcome.value
}

const findTenant = async (deps: AdminDeps, name: string): Promise<TenantDeps | undefined> => {
  const tenantId = await deps.tenantIdOf(name)
  return tenantId && inTenant(deps, tenantId)
}

const livingTenant = async (deps: AdminDeps, name: string): Promise<TenantDeps> => {
  const found = await findTenant(deps, name)
  invariant(found !== undefined, 'the tenant was ensured before')
  return found
}

const ensureTenant = async (deps: AdminDeps, name: string): Promise<TenantView> => {
  const known = await findTenant(deps, name)
  if (known !== undefined) return granted(await readTenant(known))
  const created = await createTenant(deps, { name })
  // Two processes may start at once, and the other one was first.
  const rival = created.accepted ? undefined : await findTenant(deps, name)
  return granted(rival === undefined ? created : await readTenant(rival))
}

const ensureServicePrincipal = async (tenant: TenantDeps, name: string): Promise<{ id: string; clientId: string }> => {
  const [known] = granted(await listPrincipals(tenant, { kind: 'service', name, limit: 1 })).items
  const { id, client_id: clientId } = known ?? granted(await createPrincipal(tenant, { kind: 'service', name }))
  invariant(clientId !== undefined, 'a service principal has a client id')
  return { id, clientId }
}

const replaceSecret = async (tenant: TenantDeps, principalId: string): Promise<NewSecretView> => {
  const holder = principalHolder(principalId)
  for (const { id } of granted(await listSecrets(tenant, holder)).items) granted(await revokeSecret(tenant, holder, id))
  return granted(await issueSecret(tenant, holder, {}))
}

export const provision = (deps: AdminDeps): Provision => ({
  ensureTenant: (name) => ensureTenant(deps, name),
  ensureServicePrincipal: async (tenant, name) => ensureServicePrincipal(await livingTenant(deps, tenant), name),
  replaceSecret: async (tenant, principalId) => replaceSecret(await livingTenant(deps, tenant), principalId),
  issueOperatorToken: async (label) => granted(await issueOperatorToken(deps, { label })),
})
