import { createPublicKey } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import Fastify from 'fastify'
import jsonwebtoken, { type JwtPayload } from 'jsonwebtoken'
import { fetchJson } from './fetch-json.ts'

export interface StubCatalog {
  /** With a trailing slash, as Iceberg clients write it. */
  readonly uri: string
  /** The claims of every token it has accepted, oldest first. */
  readonly accepted: readonly JwtPayload[]
  /** The token requests it has passed on, as they arrived. */
  readonly tokenRequests: readonly TokenRequest[]
  /** Answers the next list of namespaces with this status before looking at its token. */
  failNextList(status: number): void
  close(): Promise<void>
}

export interface TokenRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly form: URLSearchParams
}

export interface StubCatalogOptions {
  /** The origin to which requests for its own `/v1/oauth/tokens` are passed on, as a proxy does that keeps catalog and token office below one URL. */
  readonly tokensFrom?: string
}

interface Jwk {
  readonly kid: string
  readonly kty: string
}

const keyFor = async (issuer: string, kid: string | undefined): Promise<Jwk> => {
  const discovery = await fetchJson<{ jwks_uri: string }>(`${issuer}/.well-known/openid-configuration`)
  const { keys } = await fetchJson<{ keys: Jwk[] }>(discovery.jwks_uri)
  const found = keys.find((key) => key.kid === kid)
  if (found === undefined) throw new Error('unknown kid')
  return found
}

/** Verifies with jsonwebtoken, which nobody here wrote, by way of discovery and JWKS as a catalog would. */
export const verifyAsCatalog = async (token: string, issuer: string, audience: string): Promise<JwtPayload> => {
  const header = jsonwebtoken.decode(token, { complete: true })?.header
  const key = createPublicKey({ key: { ...(await keyFor(issuer, header?.kid)) }, format: 'jwk' })
  const payload = jsonwebtoken.verify(token, key.export({ type: 'spki', format: 'pem' }), {
    issuer,
    audience,
    algorithms: ['ES256', 'RS256'],
  })
  if (typeof payload === 'string') throw new Error('not a JWT of claims')
  return payload
}

const icebergError = (code: number, type: string) => ({ error: { message: type, type, code } })

/** Clients that join URLs by hand double the slash. */
const tokenPath = /^\/+v1\/oauth\/tokens$/

const ownToTheConnection = new Set(['connection', 'content-length', 'host', 'transfer-encoding'])

const passOn = async (origin: string, { path, headers, form }: TokenRequest): Promise<Response> => {
  const passed = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && !ownToTheConnection.has(name)) passed.set(name, value)
  }
  return fetch(`${origin}${path}`, { method: 'POST', headers: passed, body: form.toString() })
}

/** The least of an Iceberg REST catalog: configuration and namespaces, behind a verified token. */
export const startStubCatalog = async (issuer: string, audience: string, { tokensFrom }: StubCatalogOptions = {}): Promise<StubCatalog> => {
  const accepted: JwtPayload[] = []
  const tokenRequests: TokenRequest[] = []
  let failure: number | undefined
  const server = Fastify({ routerOptions: { ignoreDuplicateSlashes: true } })
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  server.addHook('onRequest', async (request, reply) => {
    if (tokenPath.test(request.url)) return
    const status = request.url.startsWith('/v1/namespaces') ? failure : undefined
    if (status !== undefined) failure = undefined
    if (status !== undefined) return reply.code(status).send(icebergError(status, 'NotAuthorizedException'))
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
    try {
      accepted.push(await verifyAsCatalog(token, issuer, audience))
    } catch {
      return reply.code(401).send(icebergError(401, 'NotAuthorizedException'))
    }
  })
  if (tokensFrom !== undefined) {
    server.post<{ Body: string }>('/v1/oauth/tokens', async ({ url, headers, body }, reply) => {
      const request = { path: url, headers, form: new URLSearchParams(body) }
      tokenRequests.push(request)
      const answer = await passOn(tokensFrom, request)
      return reply
        .code(answer.status)
        .type('application/json')
        .send(await answer.text())
    })
  }
  server.get('/v1/config', () => ({ defaults: {}, overrides: {} }))
  server.get('/v1/namespaces', () => ({ namespaces: [['sales']] }))
  server.get('/api/2.0/preview/scim/v2/Me', () => ({ id: '1', userName: 'stub' }))
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    uri: `${address}/`,
    accepted,
    tokenRequests,
    failNextList: (status) => {
      failure = status
    },
    close: () => server.close(),
  }
}
