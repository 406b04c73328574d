import { answerJson, type HttpReply, type HttpRequest, type HttpServer, problem, withoutPort } from '@chancery/http'
import { Fault } from '@chancery/kernel'
import { type JwksDocument, jwksMaxAgeSeconds } from '@chancery/tokens'
import { sendRefusal } from './oauth-error.ts'
import { type Routing, type RoutingRefusal, routeTenant } from './route-tenant.ts'
import { cluesOf, type PathParams } from './tenant-clues.ts'
import type { ListedTenant } from './tenant-directory.ts'

export interface DiscoveryDeps {
  readonly routing: Routing
  readonly realmHeader: string
  readonly grantTypes: readonly string[]
  readonly onFault: (fault: Fault) => void
}

type DiscoveryRequest = HttpRequest & { readonly params: PathParams }

/** What a document says: where the request found its tenant. */
interface Found {
  readonly tenant: ListedTenant
  readonly issuer: string
  /** The URL below which the tenant's bare paths live. */
  readonly root: string
  readonly account: string | undefined
  readonly workspaceId: string | undefined
}

const metadataPaths = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']

/** What precedes or follows the well-known part, and the token path that clients of that door use. */
const doors = [
  { suffix: '', tokenPath: '/oauth2/token' },
  { suffix: '/oidc', tokenPath: '/oidc/v1/token' },
  { suffix: '/oidc/accounts/:account', tokenPath: undefined },
]

/** RFC 8414 §2 and OpenID Connect Discovery §3: what is true of this server today and nothing else. */
const metadata = ({ issuer, root, account }: Found, tokenPath: string | undefined, grantTypes: readonly string[]) => ({
  issuer,
  jwks_uri: `${root}/.well-known/jwks.json`,
  token_endpoint: `${root}${tokenPath ?? `/oidc/accounts/${account}/v1/token`}`,
  grant_types_supported: grantTypes,
  response_types_supported: [],
  subject_types_supported: ['public'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
})

/** What the Databricks SDKs ask a host for before anything else; Python's cannot do without it. */
const databricksConfig = ({ tenant, root, workspaceId, account }: Found) => ({
  oidc_endpoint: account === undefined ? `${root}/oidc` : `${root}/oidc/accounts/${account}`,
  account_id: tenant.accountId,
  ...(workspaceId === undefined ? {} : { workspace_id: workspaceId }),
  host_type: workspaceId === undefined ? 'unified' : 'workspace',
})

const publicHeaders = { 'cache-control': `public, max-age=${jwksMaxAgeSeconds}`, 'access-control-allow-origin': '*' }

const sendPublic = (reply: HttpReply, body: unknown): HttpReply => answerJson(reply, { status: 200, headers: publicHeaders, body })

/** `If-None-Match` with our tag among its list, weak or not (RFC 9110 §13.1.2). */
const isKnown = (header: string | undefined, etag: string): boolean =>
  header !== undefined && header.split(',').some((entry) => entry.trim().replace(/^W\//, '') === etag)

const sendJwks = (request: HttpRequest, reply: HttpReply, { body, etag }: JwksDocument): HttpReply => {
  const headers = { ...publicHeaders, etag }
  return isKnown(request.headers['if-none-match'], etag)
    ? reply.code(304).headers(headers).send()
    : reply.headers({ ...headers, 'content-type': 'application/json' }).send(body)
}

type Send = (request: HttpRequest, reply: HttpReply, found: Found) => HttpReply

/** Says that the tenant cannot be told; of a realm in the envelope that Polaris clients read, whatever they asked for. */
const refuse = (reply: HttpReply, reason: RoutingRefusal): HttpReply =>
  reason === 'realm_unknown'
    ? sendRefusal(reply, reason, { isPolaris: true, usedBasic: false })
    : problem(reply, { status: reason === 'tenants_differ' ? 400 : 404, code: reason })

/** Resolves the tenant from memory and lets `send` answer. A deleted tenant is an unknown one. */
const document = (deps: DiscoveryDeps, send: Send) => async (request: DiscoveryRequest, reply: HttpReply) => {
  const { urls } = deps.routing
  const routed = await routeTenant(deps.routing, cluesOf(request, request.params, deps.realmHeader))
  // One URL may stand for several tenants, told apart by the realm header, and shared caches have to know.
  reply.header('vary', deps.realmHeader)
  if (!routed.accepted) return refuse(reply, routed.reason)
  if (routed.tenant.status === 'deleted') return refuse(reply, 'tenant_unknown')
  const { tenant, door } = routed
  const issuer = urls.issuerOf(tenant)
  const workspaceId = door.kind === 'workspace' ? door.workspaceId : undefined
  const host = workspaceHost(tenant, workspaceId, request.host.toLowerCase())
  const root = host === undefined ? issuer : urls.originOf(host)
  return send(request, reply, { tenant, issuer, root, account: request.params.account, workspaceId })
}

/** The registered host by which the request came to a workspace: its token path must stay on that host, or the token is for another audience. */
const workspaceHost = (tenant: ListedTenant, workspaceId: string | undefined, host: string): string | undefined =>
  tenant.workspaces
    .find((workspace) => workspace.workspaceId === workspaceId)
    ?.hosts.find((registered) => registered === host || registered === withoutPort(host))

/** Suffix form below each root, and the insertion form of RFC 8414 §3.1 at the server's root. */
const placesOf = (wellKnown: string, suffix: string): string[] => [
  `${suffix}${wellKnown}`,
  `/t/:tenant${suffix}${wellKnown}`,
  `${wellKnown}${suffix}`,
  `${wellKnown}/t/:tenant${suffix}`,
]

/** Discovery, JWKS and databricks-config: other servers' start-up dependencies, answered from memory with nothing behind them. */
export const discovery =
  (deps: DiscoveryDeps) =>
  (server: HttpServer): void => {
    void server.register(async (scope) => {
      scope.setErrorHandler((error, _request, reply) => {
        if (!(error instanceof Fault)) throw error
        deps.onFault(error)
        return problem(reply, { status: 503, code: 'unavailable' })
      })
      const get = (paths: readonly string[], send: Send): void => {
        for (const path of new Set(paths)) scope.get<{ Params: PathParams }>(path, document(deps, send))
      }
      for (const { suffix, tokenPath } of doors) {
        const paths = metadataPaths.flatMap((wellKnown) => placesOf(wellKnown, suffix))
        get(paths, (_request, reply, found) => sendPublic(reply, metadata(found, tokenPath, deps.grantTypes)))
      }
      get(['/.well-known/jwks.json', '/t/:tenant/.well-known/jwks.json'], (request, reply, found) =>
        sendJwks(request, reply, deps.routing.directory.jwks(found.tenant)),
      )
      get(['/.well-known/databricks-config', '/t/:tenant/.well-known/databricks-config'], (_request, reply, found) =>
        sendPublic(reply, databricksConfig(found)),
      )
    })
  }
