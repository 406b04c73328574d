import { Failure, howToStart } from './failure.ts'
import { parseJson, textOf } from './json.ts'

export interface Exchange {
  readonly method?: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutSeconds?: number
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  /** The JSON of the body, `undefined` when it is empty or something else. */
  readonly json: unknown
  readonly text: string
}

const defaultTimeoutSeconds = 30

const codeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  const inner = error instanceof AggregateError ? codeOf(error.errors[0]) : undefined
  return textOf(error, 'code') ?? inner ?? codeOf(error.cause)
}

const unreachable = (error: unknown, url: URL): Failure => {
  const code = codeOf(error)
  if (error instanceof Error && error.name === 'TimeoutError')
    return new Failure(`${url.origin} did not answer in time`, { code: 'timeout' })
  if (code === 'ECONNREFUSED') return new Failure(`no server answers at ${url.origin}: ${howToStart}`, { code: 'connection_refused' })
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new Failure(`the host ${url.hostname} is not known`, { code: 'host_unknown' })
  return new Failure(`${url.origin} cannot be reached${code === undefined ? '' : `: ${code}`}`, { code: 'unreachable' })
}

/** One request, one answer whatever its status. Throws Failure when none came; no redirect is followed, since requests carry secrets. */
export const exchange = async (fetch: typeof globalThis.fetch, request: Exchange): Promise<Reply> => {
  const url = new URL(request.url)
  try {
    const response = await fetch(url, {
      method: request.method ?? 'GET',
      headers: { accept: 'application/json', ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: 'manual',
      signal: AbortSignal.timeout((request.timeoutSeconds ?? defaultTimeoutSeconds) * 1000),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, json: parseJson(text), text }
  } catch (error) {
    throw unreachable(error, url)
  }
}

interface Refusal {
  readonly code: string
  readonly detail: string
}

/** Of a problem (RFC 9457), an OAuth error (RFC 6749 §5.2) and Polaris's envelope, in that order. */
const codeMembers = ['code', 'error', 'error.type']
const detailMembers = ['detail', 'error_description', 'error.message', 'title']

const firstOf = (json: unknown, members: readonly string[]): string | undefined =>
  members.map((member) => textOf(json, member)).find((text) => text !== undefined)

const refusalOf = ({ status, json, headers }: Reply): Refusal => {
  const location = headers.get('location')
  if (location !== null) return { code: 'redirect', detail: `the server redirects to ${location}: name that with --url` }
  return {
    code: firstOf(json, codeMembers) ?? `http_${status}`,
    detail: firstOf(json, detailMembers) ?? `the server answered with status ${status}`,
  }
}

/** What an answer other than 2xx says, as one line. */
export const failureOf = (reply: Reply): Failure => {
  const { code, detail } = refusalOf(reply)
  const retryAfter = reply.headers.get('retry-after')
  const again = retryAfter !== null && /^\d+$/.test(retryAfter) ? `; try again in ${retryAfter} s` : ''
  return new Failure(`${detail.replace(/\.$/, '')}${again}`, { code, status: reply.status })
}

export const isSuccess = ({ status }: Reply): boolean => status >= 200 && status < 300
