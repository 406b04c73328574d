import { answerJson, type HttpReply, type HttpServer, problem, type Routes } from '@chancery/http'
import { Fault } from '@chancery/kernel'
import type { AdminDeps } from '../deps.ts'
import type { AuthenticateOperator } from '../operator-authentication.ts'
import { type Outcome, type Refused, refused } from '../outcome.ts'
import { type AdminRefusal, problems } from '../problems.ts'
import { documentation, problemSchema } from './documentation.ts'
import { type Endpoint, type RawCall, statusOf } from './endpoint.ts'

const base = '/admin/v1'

const refuse = (reply: HttpReply, { reason, detail }: Refused): HttpReply => {
  const { status, sentence } = problems[reason]
  // RFC 6750 §3: who is refused for want of a token is told the scheme.
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return problem(reply, { status, code: reason, detail: detail ?? sentence })
}

const answer = (reply: HttpReply, status: number, outcome: Outcome<unknown>): HttpReply => {
  if (!outcome.accepted) return refuse(reply, outcome)
  return status === 204 ? reply.code(204).send() : answerJson(reply, { status, body: outcome.value })
}

/** What Fastify itself refuses, by its codes and, for those nobody thought of, its statuses. */
const frameworkRefusals: Readonly<Record<string, AdminRefusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
}

type Thrown = Error & { readonly code?: string; readonly statusCode?: number }

const ofFault = ({ code, retryable }: Fault): AdminRefusal | undefined => {
  if (code === 'bad_cursor') return 'bad_cursor'
  return retryable ? 'unavailable' : undefined
}

/** Undefined for a bug of ours, and for a fault that no repetition mends. */
const refusalOf = (error: Thrown): AdminRefusal | undefined => {
  if (error instanceof Fault) return ofFault(error)
  return frameworkRefusals[error.code ?? ''] ?? ((error.statusCode ?? 500) < 500 ? 'bad_request' : undefined)
}

/** Bodies stay bytes until `readBody`, where a refusal is a value; what else the schemas describe is read in the same place. */
const readOurselves = (server: HttpServer): void => {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.addSchema(problemSchema)
  server.setValidatorCompiler(() => () => true)
  server.setSerializerCompiler(() => (value) => JSON.stringify(value))
}

interface Served {
  readonly endpoints: readonly Endpoint[]
  readonly isOperator: AuthenticateOperator
  readonly handle: (endpoint: Endpoint, call: RawCall) => Promise<Outcome<unknown>>
  readonly onFault?: AdminDeps['onFault']
}

const serveIn = (server: HttpServer, { endpoints, isOperator, handle, onFault }: Served): void => {
  readOurselves(server)
  // Before the body is read: a stranger is not worth the parsing.
  server.addHook('onRequest', async (request, reply) => {
    if (!(await isOperator(request.headers.authorization))) await refuse(reply, refused('unauthenticated'))
  })
  server.setErrorHandler<Thrown>((error, _request, reply) => {
    const reason = refusalOf(error)
    // The server answers for these, and logs them.
    if (reason === undefined) throw error
    if (reason === 'unavailable' && error instanceof Fault) onFault?.(error)
    return refuse(reply, refused(reason))
  })
  for (const endpoint of endpoints) {
    server.route({
      method: endpoint.method,
      url: `${base}${endpoint.url}`,
      schema: documentation(endpoint),
      handler: async ({ params: path, query, body }, reply) =>
        answer(reply, statusOf(endpoint), await handle(endpoint, { path, query, body })),
    })
  }
}

/** Serves the operations below `/admin/v1`, to operators only, in a scope of their own: its parsers and handlers bind nobody else's routes. */
export const serve =
  (served: Served): Routes =>
  (server) =>
    void server.register((scope, _options, done) => {
      serveIn(scope, served)
      done()
    })
