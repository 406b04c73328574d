import type { FastifyReply } from 'fastify'
import { answerJson } from './answer-json.ts'

export interface Problem {
  readonly status: number
  /** Stable, snake_case; what scripts match on. */
  readonly code: string
  /** One sentence for a person; never a secret, never internals. */
  readonly detail?: string
}

/** Answers with an RFC 9457 problem. */
export const problem = (reply: FastifyReply, { status, code, detail }: Problem): FastifyReply =>
  answerJson(reply, {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: {
      type: `urn:chancery:problem:${code}`,
      title: code.replaceAll('_', ' '),
      status,
      code,
      ...(detail === undefined ? {} : { detail }),
    },
  })
