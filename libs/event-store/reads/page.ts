import { Fault } from '@chancery/kernel'
import type { Page, PageRequest } from './tenant-reads.ts'

const badCursor = (): Fault => new Fault('bad_cursor', { retryable: false })

/** Positions are opaque outside: what they are made of may change from one release to the next. */
export const encodeCursor = (position: readonly string[]): string => Buffer.from(JSON.stringify(position)).toString('base64url')

/** Reads a cursor of `length` members. Throws Fault `bad_cursor` on anything that `encodeCursor` did not write. */
export const decodeCursor = (cursor: string, length: number): readonly string[] => {
  const position = parsed(Buffer.from(cursor, 'base64url').toString())
  if (!Array.isArray(position) || position.length !== length || !position.every((part) => typeof part === 'string')) throw badCursor()
  return position
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw badCursor()
  }
}

/** Throws Fault `bad_cursor` for a limit outside 1 … 1,000; answers the row to start after. */
export const startOf = ({ limit, cursor }: PageRequest): string => {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) throw badCursor()
  return cursor === undefined ? '' : (decodeCursor(cursor, 1)[0] ?? '')
}

/** A page from rows of which one more than the limit was asked for. */
export const pageOf = <Item>(rows: readonly Item[], limit: number, keyOf: (item: Item) => string): Page<Item> => {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor([keyOf(last)]) : undefined }
}
