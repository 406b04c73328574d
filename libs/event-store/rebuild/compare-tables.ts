import { getTableName, type SQL, sql } from 'drizzle-orm'
import type { Row } from '../projections/row-change.ts'
import type { ReadTable } from '../schema.ts'
import type { Session } from '../session.ts'
import { columnList, keyColumns, recordset } from './table-keys.ts'

/** Where the tables in use and their shadows live. */
export const liveSchema = 'public'
export const shadowSchema = 'rebuild'

const chunkRows = 5_000

/** Keys above `after` and up to `upTo`; without one, to the end on that side. */
interface Range {
  readonly after: Row | undefined
  readonly upTo: Row | undefined
}

const inSchema = (schema: string, table: ReadTable): SQL => sql`${sql.identifier(schema)}.${sql.identifier(getTableName(table))}`

const tuple = (key: Row): SQL =>
  sql`(${sql.join(
    Object.values(key).map((value) => sql`${value}`),
    sql`, `,
  )})`

const within = (table: ReadTable, { after, upTo }: Range): SQL => {
  const key = sql`(${columnList(keyColumns(table), 't')})`
  return sql`${after === undefined ? sql`true` : sql`${key} > ${tuple(after)}`} AND ${upTo === undefined ? sql`true` : sql`${key} <= ${tuple(upTo)}`}`
}

/** The last key of the next chunk; nothing when the rest fits one. */
const nextBound = async (session: Session, table: ReadTable, after: Row | undefined): Promise<Row | undefined> => {
  const names = columnList(keyColumns(table), 't')
  const [bound] = await session.rows<Row>(sql`
    SELECT ${names} FROM ${inSchema(liveSchema, table)} AS t WHERE ${within(table, { after, upTo: undefined })}
    ORDER BY ${names} OFFSET ${chunkRows - 1} LIMIT 1`)
  return bound
}

const digest = (schema: string, table: ReadTable, range: Range): SQL => sql`
  (SELECT md5(string_agg(md5(t::text), '' ORDER BY ${columnList(keyColumns(table), 't')})) FROM ${inSchema(schema, table)} AS t
    WHERE ${within(table, range)})`

const isSame = async (session: Session, table: ReadTable, range: Range): Promise<boolean> => {
  const [row] = await session.rows<{ same: boolean }>(
    sql`SELECT ${digest(liveSchema, table, range)} IS NOT DISTINCT FROM ${digest(shadowSchema, table, range)} AS same`,
  )
  return row?.same === true
}

/** Rows that only one side has, or that differ, among those that `where` selects from `t`. */
const differing = (session: Session, table: ReadTable, where: SQL): Promise<Row[]> => {
  const names = keyColumns(table)
  const side = (schema: string): SQL =>
    sql`(SELECT ${columnList(names, 't')}, t::text AS whole FROM ${inSchema(schema, table)} AS t WHERE ${where})`
  const using = sql.raw(names.map((name) => `"${name}"`).join(', '))
  return session.rows<Row>(sql`
    SELECT ${using} FROM ${side(liveSchema)} AS l FULL JOIN ${side(shadowSchema)} AS s USING (${using})
    WHERE l.whole IS DISTINCT FROM s.whole ORDER BY ${using}`)
}

/** Compares chunk by chunk; `inSnapshot` runs each chunk in a short transaction of its own. Answers the keys that differ. */
export const compareTable = async (
  table: ReadTable,
  inSnapshot: <Result>(work: (session: Session) => Promise<Result>) => Promise<Result>,
): Promise<Row[]> => {
  const found: Row[] = []
  let after: Row | undefined
  do {
    const chunk = await inSnapshot(async (session) => {
      const upTo = await nextBound(session, table, after)
      const range = { after, upTo }
      return { upTo, keys: (await isSame(session, table, range)) ? [] : await differing(session, table, within(table, range)) }
    })
    found.push(...chunk.keys)
    after = chunk.upTo
  } while (after !== undefined)
  return found
}

/** Compares only the rows of these keys. */
export const compareRows = async (session: Session, table: ReadTable, keys: readonly Row[]): Promise<Row[]> => {
  if (keys.length === 0) return []
  const names = keyColumns(table)
  return differing(
    session,
    table,
    sql`(${columnList(names, 't')}) IN (SELECT ${columnList(names, 'k')} FROM ${recordset(table, keys)} AS k)`,
  )
}
