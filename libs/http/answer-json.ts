import type { FastifyReply } from 'fastify'

export interface JsonAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Seconds after which a client may try again when a dependency is down. */
const retryAfterSeconds = '2'

/** Sends JSON. Not to be stored unless the headers say otherwise; 503 always carries Retry-After, or Iceberg Java stops refreshing for ever. */
export const answerJson = (reply: FastifyReply, { status, headers = {}, body }: JsonAnswer): FastifyReply =>
  reply
    .code(status)
    .headers({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...(status === 503 ? { 'retry-after': retryAfterSeconds } : {}),
      ...headers,
    })
    .send(JSON.stringify(body))
