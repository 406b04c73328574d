import { type IssuerUrls, parseAuthorization } from '@chancery/http'
import type { Clock, TenantId } from '@chancery/kernel'
import { publishedKeys, verifyAccessToken, verifyingKeys } from '@chancery/tokens'
import type { Rights, RightsCache } from './rights-cache.ts'
import type { TenantDirectory } from './tenant-directory.ts'

/** The principal role that may administer its own tenant. */
const administratorRole = 'administrator'

export interface AdministratorDeps {
  readonly directory: TenantDirectory
  readonly rights: RightsCache
  readonly urls: IssuerUrls
  readonly clock: Clock
  readonly maxTokenLifeSeconds: number
}

const isAdministrator = (current: Rights | undefined): boolean =>
  current?.tenant.rights.status === 'active' && current.principal?.isEnabled === true && current.principal.roles.includes(administratorRole)

const types: ReadonlySet<string> = new Set(['at+jwt', 'JWT'])

/**
 * Whether a Bearer header holds a live access token, meant for this tenant's own issuer, of a principal that is enabled and an
 * administrator right now, whatever the token still says. Rejects with a Fault when nobody can tell.
 */
export const tenantAdministrator = ({ directory, rights, urls, clock, maxTokenLifeSeconds }: AdministratorDeps) => {
  const claimsOf = (tenantId: TenantId, token: string) => {
    const tenant = directory.byId(tenantId)
    if (tenant?.status !== 'active') return undefined
    const issuer = urls.issuerOf(tenant)
    const now = clock.now()
    const keys = verifyingKeys(publishedKeys(tenant.keys, now, maxTokenLifeSeconds))
    const verified = verifyAccessToken(token, { keys, issuer, types, now })
    return verified.accepted && verified.claims.aud === issuer ? verified.claims : undefined
  }

  return async (tenantId: TenantId, authorization: string | undefined): Promise<boolean> => {
    const bearer = parseAuthorization(authorization)
    const claims = bearer?.scheme === 'bearer' ? claimsOf(tenantId, bearer.value) : undefined
    if (claims === undefined || !claims.roles?.includes(administratorRole)) return false
    return isAdministrator(await rights.rightsFor(tenantId, { clientId: claims.client_id }))
  }
}
