import type { PageRequest } from '@chancery/event-store'
import { answerJson, type HttpReply, problem, type Routes } from '@chancery/http'
import { Fault, granted, type Outcome, reject, type TenantId } from '@chancery/kernel'
import { readPaging } from './paging.ts'

export interface FactPage {
  /** Facts by their names on the wire, oldest first. */
  readonly items: readonly Readonly<Record<string, unknown>>[]
  /** Where to go on; also after the last fact, since facts keep coming. Absent only while there has been none. */
  readonly nextCursor: string | undefined
}

export interface AuditDeps {
  /** Rejects with Fault `bad_cursor` on a cursor of another list. */
  readonly readFacts: (tenantId: TenantId, page: PageRequest) => Promise<FactPage>
  readonly authenticateOperator: (authorization: string | undefined) => Promise<boolean>
  readonly isTenantAdministrator: (tenantId: TenantId, authorization: string | undefined) => Promise<boolean>
  readonly tenantIdOf: (name: string) => Promise<TenantId | undefined>
  readonly onFault?: (fault: Fault) => void
}

type Refusal = 'unauthenticated' | 'tenant_unknown' | 'invalid_parameter' | 'bad_cursor' | 'unavailable'

/** The one place where a refusal gets a status; the codes are those of the admin API. */
const problems = {
  unauthenticated: { status: 401, detail: 'The request carries no token of an operator or of an administrator of this tenant.' },
  tenant_unknown: { status: 404, detail: 'There is no such tenant.' },
  invalid_parameter: { status: 400, detail: 'The query takes "limit", 1 to 1000, and "cursor", each once.' },
  bad_cursor: { status: 400, detail: 'The cursor does not come from this list.' },
  unavailable: { status: 503, detail: 'A part this request needs does not answer. The same request may be sent again.' },
} satisfies Record<Refusal, { status: number; detail: string }>

const refuse = (reply: HttpReply, code: Refusal): HttpReply => {
  // RFC 6750 §3: who is refused for want of a token is told the scheme.
  if (code === 'unauthenticated') reply.header('www-authenticate', 'Bearer')
  return problem(reply, { code, ...problems[code] })
}

const tenantName = /^[a-z0-9-]{1,63}$/

interface Caller {
  readonly tenant: string
  readonly authorization: string | undefined
}

/** Whose facts the caller may read. A stranger does not learn which tenants there are. */
const admit = async (deps: AuditDeps, { tenant, authorization }: Caller): Promise<Outcome<TenantId, Refusal>> => {
  const isOperator = await deps.authenticateOperator(authorization)
  const tenantId = tenantName.test(tenant) ? await deps.tenantIdOf(tenant) : undefined
  if (tenantId === undefined) return reject(isOperator ? 'tenant_unknown' : 'unauthenticated')
  return isOperator || (await deps.isTenantAdministrator(tenantId, authorization)) ? granted(tenantId) : reject('unauthenticated')
}

const answer = async (deps: AuditDeps, tenantId: TenantId, page: PageRequest) => {
  const { items, nextCursor } = await deps.readFacts(tenantId, page)
  return { items, next_cursor: nextCursor ?? page.cursor ?? '' }
}

const refusalOf = (error: Error): Refusal | undefined => {
  if (!(error instanceof Fault)) return undefined
  if (error.code === 'bad_cursor') return 'bad_cursor'
  return error.retryable ? 'unavailable' : undefined
}

/** `GET /t/{tenant}/facts`: a tenant's issuance facts, oldest first; `next_cursor` is always there, to poll on from the end. */
export const factsRoute =
  (deps: AuditDeps): Routes =>
  (server) =>
    void server.register((scope, _options, done) => {
      scope.setErrorHandler<Error>((error, _request, reply) => {
        const code = refusalOf(error)
        // The server answers for bugs.
        if (code === undefined) throw error
        if (code === 'unavailable' && error instanceof Fault) deps.onFault?.(error)
        return refuse(reply, code)
      })
      scope.get<{ Params: { tenant: string } }>('/t/:tenant/facts', async ({ params, query, headers }, reply) => {
        const admitted = await admit(deps, { tenant: params.tenant, authorization: headers.authorization })
        if (!admitted.accepted) return refuse(reply, admitted.reason)
        const page = readPaging(query)
        if (page === undefined) return refuse(reply, 'invalid_parameter')
        return answerJson(reply, { status: 200, body: await answer(deps, admitted.value, page) })
      })
      done()
    })
