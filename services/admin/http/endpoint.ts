import { type Static, type TObject, type TSchema, Type } from 'typebox'
import { type AdminDeps, inTenant, type TenantDeps } from '../deps.ts'
import { type Outcome, refused } from '../outcome.ts'
import { tenantPath } from '../schemas/path.ts'
import { nothing } from '../schemas/text.ts'
import { readBody, readPath, readQuery } from './read-input.ts'

/** A request as it came, with nothing checked. */
export interface RawCall {
  readonly path: unknown
  readonly query: unknown
  readonly body: unknown
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** How one operation of the API is called, what it takes and what it answers. */
interface Shape<Path extends TObject, Query extends TObject, Body extends TObject, Answer extends TSchema> {
  readonly method: Method
  /** Below `/admin/v1`, parameters as `:name`. */
  readonly url: string
  /** Names the operation for client generators. */
  readonly id: string
  readonly summary: string
  readonly path: Path
  readonly query: Query
  readonly body: Body
  readonly answer: Answer
  /** Where the method's own would mislead: POST creates, unless this says otherwise. */
  readonly status?: number
}

export interface Endpoint extends Shape<TObject, TObject, TObject, TSchema> {
  readonly handle: (deps: AdminDeps, call: RawCall) => Promise<Outcome<unknown>>
}

export const statusOf = ({ method, answer, status }: Endpoint): number => {
  if (answer === nothing) return 204
  return status ?? (method === 'POST' ? 201 : 200)
}

/** What a use case is called with, read and checked. */
interface Call<Path extends TSchema, Query extends TSchema, Body extends TSchema> {
  readonly path: Static<Path>
  readonly query: Static<Query>
  readonly body: Static<Body>
}

/** What an operation that takes neither query nor body spreads in. */
export const bare = { query: nothing, body: nothing }

const readCall = <Path extends TObject, Query extends TObject, Body extends TObject>(
  shape: Shape<Path, Query, Body, TSchema>,
  call: RawCall,
): Outcome<Call<Path, Query, Body>> => {
  const path = readPath(shape.path, call.path)
  if (!path.accepted) return path
  const query = readQuery(shape.query, call.query)
  if (!query.accepted) return query
  const body = readBody(shape.body, call.body)
  return body.accepted ? { accepted: true, value: { path: path.value, query: query.value, body: body.value } } : body
}

/** An operation of the platform. */
export const endpoint = <Path extends TObject, Query extends TObject, Body extends TObject, Answer extends TSchema>(
  shape: Shape<Path, Query, Body, Answer>,
  use: (deps: AdminDeps, call: Call<Path, Query, Body>) => Promise<Outcome<Static<Answer>>>,
): Endpoint => ({
  ...shape,
  handle: async (deps, raw) => {
    const call = readCall(shape, raw)
    return call.accepted ? await use(deps, call.value) : call
  },
})

/** An operation within the living tenant that its path names. */
export const tenantEndpoint = <Path extends TObject, Query extends TObject, Body extends TObject, Answer extends TSchema>(
  shape: Shape<Path, Query, Body, Answer>,
  use: (deps: TenantDeps, call: Call<Path, Query, Body>) => Promise<Outcome<Static<Answer>>>,
): Endpoint => ({
  ...shape,
  handle: async (deps, raw) => {
    const call = readCall(shape, raw)
    if (!call.accepted) return call
    const named = readPath(Type.Object(tenantPath.properties), call.value.path)
    const tenantId = named.accepted ? await deps.tenantIdOf(named.value.tenant) : undefined
    return tenantId === undefined ? refused('tenant_unknown') : await use(inTenant(deps, tenantId), call.value)
  },
})
