import type { FastifyReply } from 'fastify'

export interface Problem {
  readonly status: number
  /** Stable, snake_case; what scripts match on. */
  readonly code: string
  /** One sentence for a person; never a secret, never internals. */
  readonly detail?: string
}

const retryAfterSeconds = 2

/** Answers with an RFC 9457 problem. 503 always carries Retry-After. */
export const problem = (reply: FastifyReply, { status, code, detail }: Problem): FastifyReply => {
  if (status === 503) reply.header('retry-after', String(retryAfterSeconds))
  const body = { type: `urn:chancery:problem:${code}`, title: code.replaceAll('_', ' '), status, code, ...(detail === undefined ? {} : { detail }) }
  return reply.code(status).header('cache-control', 'no-store').header('content-type', 'application/problem+json').send(JSON.stringify(body))
}
