import { granted, type Outcome, reject } from '@chancery/kernel'
import { type AudienceRefusal, type AudienceRequest, type GrantedAudience, grantAudience } from './audience.ts'
import type { PrincipalRights, TenantRights } from './rights.ts'
import { activeRoles, grantScope, type ScopeRefusal, type ScopeRequest } from './scope.ts'

export type GrantRefusal = 'tenant_not_active' | 'principal_disabled' | 'grant_not_allowed' | ScopeRefusal | AudienceRefusal

export interface ClientCredentialsRequest {
  readonly scope: ScopeRequest
  readonly audience: AudienceRequest
}

/** What the token will say, before it has a time, an id and a signature. */
export interface Grant extends GrantedAudience {
  readonly scope: readonly string[]
  readonly roles: readonly string[]
  readonly ttlSeconds: number
}

const grantType = 'client_credentials'

/** RFC 6749 §4.4 for an authenticated service principal, under its issuance policy. */
export const decideClientCredentials = (
  request: ClientCredentialsRequest,
  tenant: TenantRights,
  principal: PrincipalRights,
): Outcome<Grant, GrantRefusal> => {
  if (tenant.status !== 'active') return reject('tenant_not_active')
  if (!principal.isEnabled) return reject('principal_disabled')
  if (!principal.policy.grants.includes(grantType)) return reject('grant_not_allowed')
  const scope = grantScope(request.scope, principal.policy.scopes)
  if (!scope.accepted) return scope
  const audience = grantAudience(request.audience, tenant, principal)
  if (!audience.accepted) return audience
  const roles = activeRoles(principal.roles, scope.value)
  return granted({ ...audience.value, scope: scope.value, roles, ttlSeconds: principal.policy.accessTokenTtlSeconds })
}
