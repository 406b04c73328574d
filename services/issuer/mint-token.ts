import type { Grant, PrincipalRights, SecretRights } from '@chancery/domain'
import type { LoadedTenant } from '@chancery/event-store'
import type { Random, Seconds } from '@chancery/kernel'
import { type ProvenKey, type RestsOn, restsOn, type TokenSigner } from '@chancery/tokens'
import { mapClaims } from './map-claims.ts'

/** A decision ready to become a token. `issuedAt` was taken before the gate, so a cut that the gate showed is never younger than the token. */
export interface Issuance {
  readonly tenant: LoadedTenant
  readonly principal: PrincipalRights
  readonly clientId: string
  readonly secret: SecretRights
  readonly grant: Grant
  readonly issuer: string
  readonly issuedAt: Seconds
  readonly key: ProvenKey
}

export interface MintedToken {
  readonly accessToken: string
  readonly jti: string
  readonly lineage: string
  readonly expiresAt: Seconds
}

const defaultType = 'at+jwt'

interface Identity {
  readonly jti: string
  readonly lineage: string
}

/**
 * Everything the token rests on: cut any of these and it is void. What can be given up and taken up again, a tenant, principal or policy, has
 * its version, so that a cut ends what was issued before it and nothing after.
 */
const foundations = ({ tenant, principal, secret, key }: Issuance, { jti, lineage }: Identity): RestsOn[] => [
  restsOn('tenant', tenant.rights.tenantId, tenant.rights.policyVersion),
  restsOn('principal', principal.principalId, principal.principalVersion),
  restsOn('credential', secret.secretId),
  restsOn('policy', principal.policyId, principal.principalVersion),
  restsOn('lineage', lineage),
  restsOn('key', key.kid),
  restsOn('token', jti),
]

const ownClaims = (issuance: Issuance, identity: Identity): Record<string, unknown> => {
  const { tenant, clientId, grant, issuer, issuedAt } = issuance
  const [audience, ...others] = grant.audience
  return {
    iss: issuer,
    sub: clientId,
    aud: others.length === 0 ? audience : grant.audience,
    exp: issuedAt + grant.ttlSeconds,
    iat: issuedAt,
    jti: identity.jti,
    client_id: clientId,
    ...(grant.scope.length === 0 ? {} : { scope: grant.scope.join(' ') }),
    roles: grant.roles,
    tid: tenant.rights.name,
    ...(grant.workspaceId === undefined ? {} : { wid: grant.workspaceId }),
    lin: identity.lineage,
    sst: issuedAt,
    use: 'access',
    on: foundations(issuance, identity),
  }
}

/** Signs an access token (RFC 9068) as the resource in its audience wants it. */
export const mintToken = (issuance: Issuance, signer: TokenSigner, random: Random): MintedToken => {
  const { tenant, principal, clientId, grant, key, issuedAt } = issuance
  const identity = { jti: random.uuid(), lineage: random.uuid() }
  const mapped = mapClaims(grant.resource, {
    principal_id: principal.principalId,
    principal_name: principal.name,
    client_id: clientId,
    roles: grant.roles,
    scope: grant.scope.join(' '),
    tenant: tenant.rights.name,
    workspace: tenant.rights.workspaces.find(({ workspaceId }) => workspaceId === grant.workspaceId)?.name,
  })
  const claims = { ...mapped, ...ownClaims(issuance, identity), ...('roles' in mapped ? { roles: mapped.roles } : {}) }
  const accessToken = signer.mint({ key, typ: grant.resource?.typ ?? defaultType, claims })
  return { accessToken, ...identity, expiresAt: issuedAt + grant.ttlSeconds }
}
