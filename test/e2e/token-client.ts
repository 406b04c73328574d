import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Quickstart } from '../harness/service.ts'

export interface Credentials {
  readonly client_id: string
  readonly secret: string
}

export interface TokenAnswer {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: { readonly access_token?: string; readonly error?: string }
  /** Of the token, when there is one. */
  readonly jti: string | undefined
  /** Monotonic milliseconds at which the request was about to be sent. */
  readonly startedAt: number
  readonly tookMs: number
}

const jtiOf = (token: string | undefined): string | undefined => {
  if (token === undefined) return undefined
  const claims: { jti: string } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return claims.jti
}

const formOf = ({ client_id, secret }: Credentials): URLSearchParams =>
  new URLSearchParams({ grant_type: 'client_credentials', scope: 'catalog', client_id, client_secret: secret })

/** One client_credentials request; rejects only when the connection fails. */
export const requestToken = async (url: string, credentials: Credentials): Promise<TokenAnswer> => {
  const startedAt = performance.now()
  const answer = await fetch(url, { method: 'POST', body: formOf(credentials) })
  const parsed: TokenAnswer['body'] = JSON.parse(await answer.text())
  const tookMs = performance.now() - startedAt
  const retryAfter = answer.headers.get('retry-after')
  return { status: answer.status, retryAfter, body: parsed, jti: jtiOf(parsed.access_token), startedAt, tookMs }
}

export interface UnderWay {
  /** Resolves when the whole request has been handed to the system. */
  readonly sent: Promise<void>
  readonly answered: Promise<Pick<TokenAnswer, 'status' | 'jti'>>
}

/** The same on a connection of its own, which the client would keep, told in two steps. */
export const beginTokenRequest = (url: string, credentials: Credentials): UnderWay => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const outgoing = request(url, { method: 'POST', agent: new Agent({ keepAlive: true }), headers })
  const sent = new Promise<void>((resolve) => outgoing.once('finish', resolve))
  const answered = new Promise<Pick<TokenAnswer, 'status' | 'jti'>>((resolve, reject) => {
    outgoing.once('error', reject)
    outgoing.once('response', (incoming) => {
      const read = async (): Promise<Pick<TokenAnswer, 'status' | 'jti'>> => {
        const body: TokenAnswer['body'] = JSON.parse(await text(incoming))
        return { status: incoming.statusCode ?? 0, jti: jtiOf(body.access_token) }
      }
      read().then(resolve, reject)
    })
  })
  outgoing.end(formOf(credentials).toString())
  return { sent, answered }
}

export const quickstartClient = ({ client_id, client_secret }: Quickstart): Credentials => ({ client_id, secret: client_secret })

/** A token for the client that the first start made. */
export const quickstartToken = (quickstart: Quickstart): Promise<TokenAnswer> =>
  requestToken(quickstart.token_url, quickstartClient(quickstart))

export interface Load {
  /** The answers received so far. */
  readonly answers: readonly TokenAnswer[]
  /** Requests no more, waits for what is under way and resolves with all answers. */
  end(): Promise<readonly TokenAnswer[]>
}

/** Asks for tokens without a pause on so many connections. A connection that fails ends its worker: the service has gone. */
export const tokenLoad = (url: string, credentials: Credentials, workers: number): Load => {
  const answers: TokenAnswer[] = []
  let isEnding = false
  const work = async (): Promise<void> => {
    while (!isEnding) answers.push(await requestToken(url, credentials))
  }
  const working = Promise.allSettled(Array.from({ length: workers }, work))
  return {
    answers,
    async end() {
      isEnding = true
      await working
      return answers
    },
  }
}
