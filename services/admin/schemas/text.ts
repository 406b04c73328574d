import { type TObject, type TProperties, type TSchema, Type } from 'typebox'

/** Neither control characters, NUL among them, which Postgres cannot store, nor halves of surrogate pairs, which are no text at all. */
const printable = '^[^\\p{Cc}\\p{Cs}]*$'

export const text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: printable })

export const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

/** An object that has these members and no others. */
export const exactly = <Members extends TProperties>(members: Members): TObject<Members> =>
  Type.Object(members, { additionalProperties: false })

export const listOf = <Schema extends TSchema>(schema: Schema) => Type.Array(schema, { maxItems: 500 })

export const name = text(128)
export const audience = text(512)
export const uuid = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' })
/** RFC 3339, in UTC. */
export const time = Type.String({ format: 'date-time' })
export const hosts = listOf(text(263))

export const nothing = exactly({})

export const paging = { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })), cursor: Type.Optional(text(512)) }

/** One page of a list; without `next_cursor` it is the last. */
export const pageOf = <Item extends TSchema>(item: Item) => exactly({ items: Type.Array(item), next_cursor: Type.Optional(Type.String()) })

/** A list that is never long. */
export const itemsOf = <Item extends TSchema>(item: Item) => exactly({ items: Type.Array(item) })
