import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer, type HttpServer, type ServerOptions } from './server.ts'

interface Bug {
  readonly error: Error
  readonly request: { readonly method: string; readonly route: string }
}

const bugs: Bug[] = []
const open: HttpServer[] = []

const echo = (server: HttpServer): void => {
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.post('/echo', async (request) => ({ body: String(request.body), ip: request.ip, host: request.host, protocol: request.protocol }))
  server.get('/echo', async (request) => ({ ip: request.ip, host: request.host, protocol: request.protocol }))
  server.get('/named/:name', async (request) => request.params)
  server.get('/bug', async () => Promise.reject(new Error('a secret of ours')))
}

const serve = async (options: Partial<ServerOptions> = {}): Promise<HttpServer> => {
  const server = createServer({ trustedProxies: [], onBug: (error, request) => bugs.push({ error, request }), ...options })
  open.push(server)
  echo(server)
  await server.listen({ host: '127.0.0.1', port: 0 })
  return server
}

const portOf = (server: HttpServer): number => {
  const address: AddressInfo | string | null = server.server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Sends raw bytes and reads until the server closes. */
const exchange = (server: HttpServer, request: string): Promise<string> => {
  const socket = connect(portOf(server), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(request)
  return text(socket)
}

const post = (headers: readonly string[], body = ''): string =>
  ['POST /echo HTTP/1.1', 'Host: a.example', 'Connection: close', ...headers, '', body].join('\r\n')

const statusOf = (answer: string): number => Number(answer.split(' ', 2)[1])
const bodyOf = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))

let server: HttpServer
beforeAll(async () => {
  server = await serve()
})
afterAll(() => Promise.all(open.map((one) => one.close())))

describe('a server', () => {
  it('reads a body of 64 KiB and refuses a longer one, whether it says its length or not', async () => {
    const limit = 65_536
    const chunk = (size: number): string => `${size.toString(16)}\r\n${'a'.repeat(size)}\r\n0\r\n\r\n`
    expect(statusOf(await exchange(server, post([`Content-Length: ${limit}`], 'a'.repeat(limit))))).toBe(200)
    expect(statusOf(await exchange(server, post([`Content-Length: ${limit + 1}`], 'a'.repeat(limit + 1))))).toBe(413)
    expect(statusOf(await exchange(server, post(['Transfer-Encoding: chunked'], chunk(limit))))).toBe(200)
    expect(statusOf(await exchange(server, post(['Transfer-Encoding: chunked'], chunk(limit + 1))))).toBe(413)
  })

  it('reads a body in chunks (databricks-sdk-go)', async () => {
    const answer = await exchange(server, post(['Transfer-Encoding: chunked'], '3\r\na=1\r\n4\r\n&b=2\r\n0\r\n\r\n'))
    expect(bodyOf(answer)).toMatchObject({ body: 'a=1&b=2' })
  })

  it('serves a request that offers an upgrade as if it did not (Unity Catalog’s Java client)', async () => {
    const offer = ['Connection: Upgrade, HTTP2-Settings, close', 'Upgrade: h2c', 'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk']
    const answer = await exchange(server, post([...offer, 'Content-Length: 3'], 'a=1'))
    expect(statusOf(answer)).toBe(200)
    expect(bodyOf(answer)).toMatchObject({ body: 'a=1' })
  })

  it('finds a path with repeated and trailing slashes (iceberg-rust)', async () => {
    for (const url of ['//echo', '/echo/', '//echo//']) expect((await server.inject(url)).statusCode).toBe(200)
  })

  it('answers an unknown path with a problem', async () => {
    const answer = await server.inject('/nowhere')
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'not_found'])
  })

  it('tells nobody about a bug but its owner', async () => {
    const answer = await server.inject('/bug?secret=1')
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'internal_error'])
    expect(answer.body).not.toContain('secret')
    expect(bugs.at(-1)).toMatchObject({ error: { message: 'a secret of ours' }, request: { method: 'GET', route: '/bug' } })
  })
})

describe('a request that is not valid', () => {
  it.each(['/%zz', '/named/%', '/named/%ff'])('names no path: %s', async (url) => {
    const answer = await exchange(server, `GET ${url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    expect(statusOf(answer)).toBe(400)
    expect(bodyOf(answer)).toMatchObject({ code: 'bad_url' })
  })

  it('has a part of its path beyond all length', async () => {
    expect((await server.inject(`/named/${'a'.repeat(256)}`)).statusCode).toBe(200)
    const answer = await server.inject(`/named/${'a'.repeat(257)}`)
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'bad_url'])
  })

  it('has headers of more than 16 KiB', async () => {
    const answer = await exchange(server, post([`X-Long: ${'a'.repeat(17_000)}`]))
    expect(statusOf(answer)).toBe(431)
    expect(answer).toMatch(/\r\ncontent-type: application\/json\r\n/i)
    expect(bodyOf(answer)).toEqual({ error: 'invalid_request', error_description: 'the request headers are too large' })
  })

  it.each([
    ['is no HTTP', 'hello\r\n\r\n'],
    ['has no Host', 'GET /echo HTTP/1.1\r\n\r\n'],
    ['tells its length twice', post(['Content-Length: 1', 'Content-Length: 2'], 'aa')],
    ['tells its length in two ways (request smuggling)', post(['Content-Length: 3', 'Transfer-Encoding: chunked'], '0\r\n\r\n')],
    ['has a broken chunk', post(['Transfer-Encoding: chunked'], 'zz\r\na\r\n0\r\n\r\n')],
  ])('%s', async (_name, request) => {
    expect(statusOf(await exchange(server, request))).toBe(400)
  })

  it('is answered in the form that token clients read, and the connection closed', async () => {
    const answer = await exchange(server, 'hello\r\n\r\n')
    expect(answer).toMatch(/\r\nconnection: close\r\n/i)
    expect(answer).toMatch(/\r\ncache-control: no-store\r\n/i)
    expect(bodyOf(answer)).toEqual({ error: 'invalid_request', error_description: 'the request is not valid HTTP' })
  })

  it('is cut off when its body trickles', async () => {
    expect(server.server.requestTimeout).toBe(10_000)
    const impatient = await serve()
    impatient.server.requestTimeout = 50
    impatient.server.headersTimeout = 50
    const answer = await exchange(impatient, post(['Content-Length: 10'], 'a'))
    expect(statusOf(answer)).toBe(408)
    expect(bodyOf(answer)).toMatchObject({ error: 'invalid_request' })
  })

  it('leaves the server well when it ends in the middle', async () => {
    const socket = connect(portOf(server), '127.0.0.1')
    socket.write(post(['Content-Length: 10'], 'a'))
    await once(socket, 'connect')
    socket.resetAndDestroy()
    expect((await server.inject('/echo')).statusCode).toBe(200)
  })
})

describe('what a proxy says about the client', () => {
  const forwarded = {
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-host': 'acme.example',
    'x-forwarded-proto': 'https',
    host: 'inner',
  }
  const believed = { ip: '203.0.113.7', host: 'acme.example', protocol: 'https' }
  const seen = (remoteAddress: string, by: HttpServer, headers = forwarded): Promise<unknown> =>
    by.inject({ url: '/echo', headers, remoteAddress }).then((answer) => answer.json())

  it('is believed of nobody unless proxies are named', async () => {
    expect(await seen('127.0.0.1', server)).toEqual({ ip: '127.0.0.1', host: 'inner', protocol: 'http' })
  })

  it('is believed of those named and of no one else', async () => {
    const behind = await serve({ trustedProxies: ['10.0.0.0/8'] })
    expect(await seen('10.1.2.3', behind)).toEqual(believed)
    expect(await seen('11.1.2.3', behind)).toEqual({ ip: '11.1.2.3', host: 'inner', protocol: 'http' })
  })

  it('is the last stranger of a chain: what that one says came before it is hearsay', async () => {
    const behind = await serve({ trustedProxies: ['10.0.0.0/8'] })
    const chain = { ...forwarded, 'x-forwarded-for': '1.1.1.1, 203.0.113.7, 10.9.9.9' }
    expect(await seen('10.1.2.3', behind, chain)).toEqual(believed)
  })
})
