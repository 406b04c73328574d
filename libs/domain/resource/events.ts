import { type Static, Type } from 'typebox'
import { type EventOf, plain, text } from '../schema.ts'

/** One claim of a resource's tokens: a fact about the subject, with a prefix for each value where the consumer wants one, or a constant. */
export const claimSchema = Type.Union([
  Type.Object({
    from: Type.Union([
      Type.Literal('principal_id'),
      Type.Literal('principal_name'),
      Type.Literal('client_id'),
      Type.Literal('roles'),
      Type.Literal('scope'),
      Type.Literal('tenant'),
      Type.Literal('workspace'),
    ]),
    prefix: Type.Optional(Type.String()),
  }),
  Type.Object({ value: Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())]) }),
])

const resourceShape = {
  audience: text,
  alg: Type.Optional(text),
  typ: Type.Optional(text),
  claims: Type.Record(Type.String(), claimSchema),
  acceptsAccountTokens: Type.Boolean(),
}

export type ClaimSource = Static<typeof claimSchema>

export const resourceEvents = {
  'resource.registered.v1': plain(Type.Object({ resourceId: text, ...resourceShape })),
  'resource.changed.v1': plain(Type.Object(resourceShape)),
  'resource.removed.v1': plain(Type.Object({})),
}

export type ResourceEvent = EventOf<typeof resourceEvents>
