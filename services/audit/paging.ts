import type { PageRequest } from '@chancery/event-store'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

const query = Type.Object(
  {
    limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]{0,2}|1000)$' })),
    /** Empty for the beginning, so that a reader may always send what it was given last. */
    cursor: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{0,512}$' })),
  },
  { additionalProperties: false },
)

type Query = Static<typeof query>

const defaultLimit = '100'

const request = ({ limit = defaultLimit, cursor = '' }: Query): PageRequest => ({
  limit: Number(limit),
  cursor: cursor === '' ? undefined : cursor,
})

/** What a query asks for; undefined when it asks for what there is not. */
export const readPaging = (sent: unknown): PageRequest | undefined => (Value.Check(query, sent) ? request(sent) : undefined)
