import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseJson } from './json.ts'

export interface Recorded {
  readonly method: string
  /** Path and query as they came. */
  readonly url: string
  readonly authorization: string | undefined
  /** JSON where it is some, else the text. */
  readonly body: unknown
}

export interface Canned {
  readonly status?: number
  /** An object is sent as JSON; no body at all when absent. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

type Canning = Canned | ((request: Recorded) => Canned)

export interface RecordingServer {
  readonly url: string
  readonly requests: Recorded[]
  /** Answers `GET /path?query` from now on. */
  answer(request: string, answer: Canning): void
  close(): Promise<void>
}

const notFound: Canned = { status: 404, body: { status: 404, code: 'not_found', detail: 'There is nothing here.' } }

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks).toString()
  return text === '' ? undefined : (parseJson(text) ?? text)
}

const portOf = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address: AddressInfo | string | null = server.address()
      resolve(address !== null && typeof address === 'object' ? address.port : 0)
    })
  })

/** A server that says what it is told to say and remembers what it was asked. */
export const recordingServer = async (): Promise<RecordingServer> => {
  const answers = new Map<string, Canning>()
  const requests: Recorded[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const recorded = { method: request.method ?? '', url: request.url ?? '', authorization: request.headers.authorization, body }
      requests.push(recorded)
      const canning = answers.get(`${recorded.method} ${recorded.url}`) ?? notFound
      const canned = typeof canning === 'function' ? canning(recorded) : canning
      response.writeHead(canned.status ?? 200, { 'content-type': 'application/json', connection: 'close', ...canned.headers })
      response.end(canned.body === undefined ? '' : JSON.stringify(canned.body))
    })
  })
  const port = await portOf(server)
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: (request, answer) => void answers.set(request, answer),
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}
