import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerJson } from './answer-json.ts'
import { problem } from './problem.ts'

const answers: Readonly<Record<string, readonly [status: string, description: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the request headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not arrive in time'],
}

const fallback = ['400 Bad Request', 'the request is not valid HTTP'] as const

/** Answers what Node's parser refused before any route was known, in the OAuth form, which is what a token client can read. */
export const refuseBrokenRequest = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, description] = answers[error.code ?? ''] ?? fallback
  const body = JSON.stringify({ error: 'invalid_request', error_description: description })
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

const form = /^application\/x-www-form-urlencoded/i

/**
 * Answers 400 to a request that has no route, and closes: in the OAuth form where it carries a form, as only token clients send one, else as
 * a problem.
 */
export const refuseUnrouted = (
  request: FastifyRequest,
  reply: FastifyReply,
  { code, detail }: { readonly code: string; readonly detail: string },
): FastifyReply => {
  // What follows on such a connection is not to be trusted either.
  reply.header('connection', 'close')
  return form.test(request.headers['content-type'] ?? '')
    ? answerJson(reply, { status: 400, body: { error: 'invalid_request', error_description: detail } })
    : problem(reply, { status: 400, code, detail })
}
