import { answerJson, type HttpReply, type HttpRequest, type HttpServer, traceIdOf } from '@chancery/http'
import { Fault } from '@chancery/kernel'
import type { AddressedRequest, Issued, TokenOutcome } from './client-credentials.ts'
import { type DialectName, dialectNames, dialects, prefixedTokenPath } from './dialects.ts'
import { type Refusal, sendRefusal } from './oauth-error.ts'
import { type Routing, routeTenant } from './route-tenant.ts'
import { cluesOf, header, type PathParams } from './tenant-clues.ts'
import { readTokenRequest } from './token-request.ts'

/** One grant: from an addressed request to a token whose fact is durable, or a refusal. Rejects with a Fault. */
export type GrantHandler = (addressed: AddressedRequest) => Promise<TokenOutcome>

export interface TokenEndpointDeps {
  readonly routing: Routing
  /** Name of the header that names a tenant, lower case. */
  readonly realmHeader: string
  /** Path prefixes under which a catalog lives; each gains an Iceberg token path. */
  readonly tokenPrefixes: readonly string[]
  /** Handlers by grant_type; any other is unsupported. */
  readonly grants: ReadonlyMap<string, GrantHandler>
  readonly onFault: (fault: Fault) => void
}

type TokenHttpRequest = HttpRequest & { readonly params: PathParams }

const tokenType = 'urn:ietf:params:oauth:token-type:access_token'

/**
 * RFC 6749 §5.1 as the widest range of clients reads it: `token_type` in this case (Databricks SDKs), an integer `expires_in` (PyIceberg),
 * `issued_token_type` always (Iceberg Java's second refresh), `scope` absent rather than empty, never a null (DuckDB).
 */
const answer = (reply: HttpReply, { minted, issuance }: Issued): HttpReply => {
  const { scope } = issuance.grant
  const body = {
    access_token: minted.accessToken,
    token_type: 'Bearer',
    expires_in: minted.expiresAt - issuance.issuedAt,
    issued_token_type: tokenType,
    ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
  }
  return answerJson(reply, { status: 200, headers: { pragma: 'no-cache' }, body })
}

const sendTo =
  (reply: HttpReply, dialect: DialectName) =>
  (refusal: Refusal, usedBasic = false) =>
    sendRefusal(reply, refusal, { isPolaris: dialect === 'polaris', usedBasic })

/** The steps every token request takes before its grant: find the tenant, read the form, choose the grant. */
const tokenHandler = (deps: TokenEndpointDeps, dialect: DialectName) => async (request: TokenHttpRequest, reply: HttpReply) => {
  const refuse = sendTo(reply, dialect)
  const routed = await routeTenant(deps.routing, cluesOf(request, request.params, deps.realmHeader))
  if (!routed.accepted) return refuse(routed.reason)
  const read = readTokenRequest(request)
  if (!read.accepted) return refuse(read.reason)
  const grant = deps.grants.get(read.value.grantType)
  if (grant === undefined) return refuse('grant_type_unsupported')
  const from = { ip: request.ip, userAgent: header(request, 'user-agent'), traceId: traceIdOf(header(request, 'traceparent')) }
  const outcome = await grant({ request: read.value, dialect, tenant: routed.tenant, door: routed.door, from })
  return outcome.accepted ? answer(reply, outcome.value) : refuse(outcome.reason, outcome.usedBasic)
}

const otherMethods = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const refusalOf = (error: Error & { readonly statusCode?: number }): Refusal | undefined => {
  if (error instanceof Fault) return 'unavailable'
  if (error.statusCode === 413) return 'body_too_large'
  if (error.statusCode === 415) return 'content_type'
  return error.statusCode !== undefined && error.statusCode < 500 ? 'malformed_request' : undefined
}

const pathsOf = (dialect: DialectName, prefixes: readonly string[]): string[] => {
  const own = [...dialects[dialect].paths, ...(dialect === 'iceberg' ? prefixes.map((prefix) => `${prefix}${prefixedTokenPath}`) : [])]
  return own.flatMap((path) => [path, `/t/:tenant${path}`])
}

const addDialect = (server: HttpServer, deps: TokenEndpointDeps, dialect: DialectName): void => {
  const handler = tokenHandler(deps, dialect)
  for (const url of new Set(pathsOf(dialect, deps.tokenPrefixes))) {
    server.post<{ Params: PathParams }>(url, handler)
    server.route({ method: otherMethods, url, handler: (_request, reply) => sendTo(reply, dialect)('method') })
  }
}

/** Registers every token path, bare and below `/t/{tenant}`. Bodies of any type reach the handler, which answers in the OAuth form. */
export const tokenEndpoint =
  (deps: TokenEndpointDeps) =>
  (server: HttpServer): void => {
    void server.register(async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
      scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
        const refusal = refusalOf(error)
        if (refusal === undefined) throw error
        if (error instanceof Fault) deps.onFault(error)
        return sendRefusal(reply, refusal, { isPolaris: false, usedBasic: false })
      })
      for (const dialect of dialectNames) addDialect(scope, deps, dialect)
    })
  }
