import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'

export interface WireAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface WireRequest {
  readonly method?: string
  /** Sent as it stands, doubled slashes and all. */
  readonly path: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Uint8Array
  /** Without a Content-Length, as databricks-sdk-go sends its forms. */
  readonly isChunked?: boolean
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 })

/** One request as node:http sends it: no header is added but Host and those that frame the body, no redirect followed, no path tidied. */
export const send = (
  baseUrl: string,
  { method = 'POST', path, headers = {}, body, isChunked = false }: WireRequest,
): Promise<WireAnswer> => {
  const { hostname, port } = new URL(baseUrl)
  const length = body === undefined || isChunked ? {} : { 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, hostname, port, method, path, headers: { ...length, ...headers } })
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.once('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: Buffer.concat(chunks).toString('utf8') }),
      )
      incoming.once('error', reject)
    })
    // A server that refuses a body early may close while we still write; what counts is whether an answer came.
    outgoing.on('error', reject)
    if (isChunked && body !== undefined) outgoing.write(body)
    outgoing.end(isChunked ? undefined : body)
  })
}

/** Writes the bytes to a socket of their own, saying that they were all if it is half closed, and resolves with what came back until the server closed it. */
export const talk = (baseUrl: string, bytes: string | Uint8Array, { isHalfClosed = false } = {}): Promise<string> => {
  const { hostname, port } = new URL(baseUrl)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(Buffer.from(chunk)))
    // A reset after the answer is how a server drops a client that keeps writing.
    socket.on('error', () => undefined)
    socket.once('close', () => resolve(Buffer.concat(chunks).toString('utf8')))
    if (isHalfClosed) socket.end(bytes)
    else socket.write(bytes)
  })
}

const chunkHeader = /^([0-9a-f]+)\r\n/i

const unchunked = (text: string): string => {
  const size = Number.parseInt(chunkHeader.exec(text)?.[1] ?? '0', 16)
  if (size === 0) return ''
  const from = text.indexOf('\r\n') + 2
  return text.slice(from, from + size) + unchunked(text.slice(from + size + 2))
}

const headersIn = (lines: readonly string[]): IncomingHttpHeaders =>
  Object.fromEntries(
    lines.map((line) => {
      const split = line.indexOf(':')
      return [line.slice(0, split).toLowerCase(), line.slice(split + 1).trim()]
    }),
  )

/** The answers in what a socket received, in their order. */
export const answersIn = (received: string): WireAnswer[] =>
  received
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((text) => text.startsWith('HTTP/1.1 '))
    .map((text) => {
      const split = text.indexOf('\r\n\r\n')
      const [statusLine = '', ...lines] = text.slice(0, split).split('\r\n')
      const headers = headersIn(lines)
      const body = text.slice(split + 4)
      return {
        status: Number(statusLine.split(' ')[1]),
        headers,
        text: headers['transfer-encoding'] === 'chunked' ? unchunked(body) : body,
      }
    })
