import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { refuseBrokenRequest, refuseUnrouted } from './broken-request.ts'
import { endWithLastAnswers } from './last-answers.ts'
import { problem } from './problem.ts'

export type HttpServer = FastifyInstance
export type HttpRequest = FastifyRequest
export type HttpReply = FastifyReply

/** What a service contributes to a server: its routes, registered in a scope of their own. */
export type Routes = (server: HttpServer) => void

export interface ServerOptions {
  /** CIDRs of proxies whose `X-Forwarded-*` headers are believed; empty means none. They then decide the client's address and host. */
  readonly trustedProxies: readonly string[]
  /** Called with every error that is a bug of ours; it never reaches the client. */
  readonly onBug: (error: Error, request: { readonly method: string; readonly route: string }) => void
}

/** Bytes of one request body. The largest honest one is a token exchange with two JWTs of at most 16 KiB each. */
const bodyLimit = 65_536
const maxHeaderBytes = 16_384
/** A body must arrive whole within this time; a client that trickles is cut off with 408. */
const requestTimeoutMs = 10_000

const onUnexpected = (options: ServerOptions) => (error: Error & { statusCode?: number }, request: HttpRequest, reply: HttpReply) => {
  const status = error.statusCode ?? 500
  if (status >= 500) options.onBug(error, { method: request.method, route: request.routeOptions.url ?? '' })
  return status >= 500 ? problem(reply, { status: 500, code: 'internal_error' }) : problem(reply, { status, code: 'bad_request' })
}

/** RFC 9112 §3.2 demands the header of HTTP/1.1 only. Node would refuse it too, but with an empty body. */
const isHostMissing = ({ raw }: HttpRequest): boolean => raw.headers.host === undefined && raw.httpVersion !== '1.0'

/**
 * A server with the limits every service shares. Paths ignore a trailing and repeated slashes, since Iceberg's Rust client joins with a raw
 * slash. Unknown paths answer 404, our own errors 500, both as RFC 9457 problems without internals.
 */
export const createServer = (options: ServerOptions): HttpServer => {
  const server = Fastify({
    bodyLimit,
    exposeHeadRoutes: false,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 256 },
    http: { maxHeaderSize: maxHeaderBytes, headersTimeout: requestTimeoutMs, connectionsCheckingInterval: 1000, requireHostHeader: false },
    clientErrorHandler: refuseBrokenRequest,
    frameworkErrors: (_error, request, reply) =>
      void refuseUnrouted(request, reply, { code: 'bad_url', detail: 'the path of the URL is malformed' }),
  })
  server.addHook('onRequest', (request, reply, next) => {
    if (isHostMissing(request)) refuseUnrouted(request, reply, { code: 'host_missing', detail: 'the Host header is missing' })
    else next()
  })
  endWithLastAnswers(server)
  server.setErrorHandler(onUnexpected(options))
  server.setNotFoundHandler((_request, reply) => problem(reply, { status: 404, code: 'not_found' }))
  return server
}
