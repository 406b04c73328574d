import { type TObject, Type } from 'typebox'
import { nothing } from '../schemas/text.ts'
import { type Endpoint, statusOf } from './endpoint.ts'

/** RFC 9457, with our stable `code`. */
export const problemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; docs/reference/errors.md lists all of them.' }),
    detail: Type.Optional(Type.String()),
  },
  { $id: 'Problem' },
)

const problemResponse = { description: 'A problem.', content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } }

const silence = { type: 'null', description: 'Done.' }

const isEmpty = ({ properties }: TObject): boolean => Object.keys(properties).length === 0

const tagOf = (url: string): string => url.replace('/tenants/:tenant/', '/').split('/')[1] ?? ''

/** What the OpenAPI document says about an operation, from the schemas that also read its calls. */
export const documentation = (endpoint: Endpoint) => ({
  operationId: endpoint.id,
  summary: endpoint.summary,
  tags: [tagOf(endpoint.url)],
  ...(isEmpty(endpoint.path) ? {} : { params: endpoint.path }),
  ...(isEmpty(endpoint.query) ? {} : { querystring: endpoint.query }),
  ...(isEmpty(endpoint.body) ? {} : { body: endpoint.body }),
  response: {
    [statusOf(endpoint)]:
      endpoint.answer === nothing ? silence : { description: 'Done.', content: { 'application/json': { schema: endpoint.answer } } },
    default: problemResponse,
  },
})
