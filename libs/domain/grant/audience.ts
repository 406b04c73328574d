import { granted, type Outcome, reject } from '@chancery/kernel'
import { admits } from '../policy/issuance-policy.ts'
import type { PrincipalRights, ResourceRights, TenantRights, WorkspaceRights } from './rights.ts'

/** Where the request came in decides the default audience: a workspace's host, an account's path, or neither. */
export type Door = { readonly kind: 'workspace'; readonly workspaceId: string } | { readonly kind: 'account' } | { readonly kind: 'tenant' }

export interface AudienceRequest {
  /** `audience` (RFC 8693) and `resource` (RFC 8707) as sent, without repeats. */
  readonly asked: readonly string[]
  readonly door: Door
  /** What the tenant's tokens are for when nothing else is said. */
  readonly issuer: string
}

export type AudienceRefusal = 'audience_not_allowed' | 'workspace_not_assigned' | 'audiences_differ'

export interface GrantedAudience {
  readonly audience: readonly string[]
  readonly workspaceId: string | undefined
  /** The resource whose algorithm, `typ` and claims the token takes; absent for audiences nobody registered. */
  readonly resource: ResourceRights | undefined
}

const assigned = (tenant: TenantRights, principal: PrincipalRights): WorkspaceRights[] =>
  tenant.workspaces.filter(({ workspaceId }) => principal.workspaceIds.includes(workspaceId))

const defaultAudience = (request: AudienceRequest, tenant: TenantRights, principal: PrincipalRights): Outcome<string, AudienceRefusal> => {
  const { door } = request
  if (door.kind === 'workspace') {
    const workspace = assigned(tenant, principal).find(({ workspaceId }) => workspaceId === door.workspaceId)
    return workspace === undefined ? reject('workspace_not_assigned') : granted(workspace.audience)
  }
  if (door.kind === 'account') return granted(tenant.accountId)
  return granted(principal.policy.defaultAudience ?? tenant.defaultAudience ?? request.issuer)
}

const sameShape = (left: ResourceRights | undefined, right: ResourceRights | undefined): boolean =>
  left?.alg === right?.alg && left?.typ === right?.typ && JSON.stringify(left?.claims ?? {}) === JSON.stringify(right?.claims ?? {})

/**
 * The audience of the token: the default, or what was asked for as far as the policy lists it. One token has one algorithm, `typ` and set of
 * claims, so audiences that want different ones cannot share it.
 */
export const grantAudience = (
  request: AudienceRequest,
  tenant: TenantRights,
  principal: PrincipalRights,
): Outcome<GrantedAudience, AudienceRefusal> => {
  const fallback = defaultAudience(request, tenant, principal)
  if (!fallback.accepted) return fallback
  const own = [fallback.value, principal.policy.defaultAudience]
  const workspaces = assigned(tenant, principal)
  const isAllowed = (audience: string): boolean =>
    own.includes(audience) ||
    admits(principal.policy.audiences, audience) ||
    workspaces.some((workspace) => workspace.audience === audience)
  const audience = request.asked.length > 0 ? request.asked : [fallback.value]
  if (!audience.every(isAllowed)) return reject('audience_not_allowed')
  const shapes = audience.map((entry) => tenant.resources.find((resource) => resource.audience === entry))
  if (shapes.some((shape) => !sameShape(shape, shapes[0]))) return reject('audiences_differ')
  const workspaceId = audience.length === 1 ? workspaces.find((workspace) => workspace.audience === audience[0])?.workspaceId : undefined
  return granted({ audience, workspaceId, resource: shapes[0] })
}
