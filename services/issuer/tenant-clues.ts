import type { HttpRequest } from '@chancery/http'
import type { TenantClues } from './route-tenant.ts'

/** What a path below which tokens or documents live may name. */
export interface PathParams {
  readonly tenant?: string
  readonly account?: string
}

/** One value of a header, the first where it was sent more than once. */
export const header = (request: HttpRequest, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** What a request says about its tenant. */
export const cluesOf = (request: HttpRequest, params: PathParams, realmHeader: string): TenantClues => ({
  pathTenant: params.tenant,
  pathAccount: params.account,
  host: request.host.toLowerCase(),
  realm: header(request, realmHeader),
})
