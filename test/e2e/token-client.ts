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

/** One client_credentials request; rejects only when the connection fails. */
export const requestToken = async (url: string, { client_id, secret }: Credentials): Promise<TokenAnswer> => {
  const startedAt = performance.now()
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'catalog', client_id, client_secret: secret })
  const answer = await fetch(url, { method: 'POST', body })
  const parsed: TokenAnswer['body'] = JSON.parse(await answer.text())
  const tookMs = performance.now() - startedAt
  const retryAfter = answer.headers.get('retry-after')
  return { status: answer.status, retryAfter, body: parsed, jti: jtiOf(parsed.access_token), startedAt, tookMs }
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
