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

/** The workspaces of a principal, the one whose host was asked first: two may share an audience, and the token names only one. */
const assigned = (tenant: TenantRights, principal: PrincipalRights, door: Door): WorkspaceRights[] => {
  const own = tenant.workspaces.filter(({ workspaceId }) => principal.workspaceIds.includes(workspaceId))
  const isAsked = ({ workspaceId }: WorkspaceRights): boolean => door.kind === 'workspace' && door.workspaceId === workspaceId
  return [...own.filter(isAsked), ...own.filter((workspace) => !isAsked(workspace))]
}

const defaultAudience = (
  { door, issuer }: AudienceRequest,
  tenant: TenantRights,
  principal: PrincipalRights,
): Outcome<string, AudienceRefusal> => {
  if (door.kind === 'workspace') {
    const [workspace] = assigned(tenant, principal, door)
    return workspace?.workspaceId === door.workspaceId ? granted(workspace.audience) : reject('workspace_not_assigned')
  }
  if (door.kind === 'account') return granted(tenant.accountId)
  return granted(principal.policy.defaultAudience ?? tenant.defaultAudience ?? issuer)
}

/** All of a resource that shows in its tokens; equal texts can share one. */
const shapeOf = (resource: ResourceRights | undefined): string => JSON.stringify([resource?.alg, resource?.typ, resource?.claims ?? {}])

const inOneToken = (
  audience: readonly string[],
  { resources }: TenantRights,
  workspaces: readonly WorkspaceRights[],
): Outcome<GrantedAudience, AudienceRefusal> => {
  const found = audience.map((entry) => resources.find((resource) => resource.audience === entry))
  if (new Set(found.map(shapeOf)).size > 1) return reject('audiences_differ')
  const workspace = audience.length === 1 ? workspaces.find((candidate) => candidate.audience === audience[0]) : undefined
  return granted({ audience, workspaceId: workspace?.workspaceId, resource: found[0] })
}

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
  const workspaces = assigned(tenant, principal, request.door)
  const own = [fallback.value, principal.policy.defaultAudience, ...workspaces.map(({ audience }) => audience)]
  const audience = request.asked.length > 0 ? request.asked : [fallback.value]
  const isAllowed = audience.every((entry) => own.includes(entry) || admits(principal.policy.audiences, entry))
  return isAllowed ? inOneToken(audience, tenant, workspaces) : reject('audience_not_allowed')
}
