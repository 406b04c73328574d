import { createPublicKey } from 'node:crypto'
import Fastify from 'fastify'
import jsonwebtoken, { type JwtPayload } from 'jsonwebtoken'
import { fetchJson } from './fetch-json.ts'

export interface StubCatalog {
  /** With a trailing slash, as Iceberg clients write it. */
  readonly uri: string
  /** The claims of every token it has accepted, oldest first. */
  readonly accepted: readonly JwtPayload[]
  /** Answers the next list of namespaces with this status before looking at its token. */
  failNextList(status: number): void
  close(): Promise<void>
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
  const payload = jsonwebtoken.verify(token, key.export({ type: 'spki', format: 'pem' }), { issuer, audience, algorithms: ['ES256', 'RS256'] })
  if (typeof payload === 'string') throw new Error('not a JWT of claims')
  return payload
}

const icebergError = (code: number, type: string) => ({ error: { message: type, type, code } })

/** The least of an Iceberg REST catalog: configuration and namespaces, behind a verified token. */
export const startStubCatalog = async (issuer: string, audience: string): Promise<StubCatalog> => {
  const accepted: JwtPayload[] = []
  let failure: number | undefined
  const server = Fastify()
  server.addHook('onRequest', async (request, reply) => {
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
  server.get('/v1/config', () => ({ defaults: {}, overrides: {} }))
  server.get('/v1/namespaces', () => ({ namespaces: [['sales']] }))
  server.get('/api/2.0/preview/scim/v2/Me', () => ({ id: '1', userName: 'stub' }))
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    uri: `${address}/`,
    accepted,
    failNextList: (status) => {
      failure = status
    },
    close: () => server.close(),
  }
}
