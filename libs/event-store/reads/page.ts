import { Fault } from '@chancery/kernel'
import type { Page, PageRequest } from './tenant-reads.ts'

const badCursor = (): Fault => new Fault('bad_cursor', { retryable: false })

/** What a member of a position may be. A cursor comes from outside, and what the database cannot read would look like a fault of its own. */
const forms = {
  integer: /^-?\d{1,9}$/,
  natural: /^\d{1,18}$/,
  text: /^[^\0]*$/u,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
}
export type Form = keyof typeof forms

/** Positions are opaque outside: what they are made of may change from one release to the next. */
export const encodeCursor = (position: readonly string[]): string => Buffer.from(JSON.stringify(position)).toString('base64url')

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw badCursor()
  }
}

/** Reads a cursor of members of these forms. Throws Fault `bad_cursor` on anything that `encodeCursor` did not write. */
export const decodeCursor = (cursor: string, members: readonly Form[]): readonly string[] => {
  const position = parsed(Buffer.from(cursor, 'base64url').toString())
  if (!Array.isArray(position) || position.length !== members.length) throw badCursor()
  return members.map((form, index) => {
    const part: unknown = position[index]
    if (typeof part !== 'string' || !forms[form].test(part)) throw badCursor()
    return part
  })
}

/** Throws Fault `bad_cursor` for a limit outside 1 … 1,000. */
export const requireLimit = (limit: number): void => {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) throw badCursor()
}

/** The key of the row to start after; undefined for the first page. */
export const startOf = ({ limit, cursor }: PageRequest, form: Form = 'text'): string | undefined => {
  requireLimit(limit)
  return cursor === undefined ? undefined : decodeCursor(cursor, [form])[0]
}

/** A page from rows of which one more than the limit was asked for. */
export const pageOf = <Item>(rows: readonly Item[], limit: number, keyOf: (item: Item) => string): Page<Item> => {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor([keyOf(last)]) : undefined }
}
