import { getTableName, type SQL, sql } from 'drizzle-orm'
import { project } from '../projections/project.ts'
import type { ProjectedEvent } from '../projections/projected-event.ts'
import { type Row, type RowChange, whereMatches } from '../projections/row-change.ts'
import type { ReadTable } from '../schema.ts'
import type { Session } from '../session.ts'
import { allReadTables, columnList, keyColumns, keyOf, keyText, recordset } from './table-keys.ts'

/** Keys that a batch wrote or removed, by table. */
export type Touched = ReadonlyMap<ReadTable, readonly Row[]>

/** What a batch leaves behind in one table: the rows as they end, and what must go before they come. */
interface Folded {
  readonly rows: Map<string, Row>
  readonly removals: Row[]
}

const matches = (row: Row, where: Row): boolean => Object.entries(where).every(([name, value]) => row[name] === value)

const fold = ({ rows, removals }: Folded, change: RowChange): void => {
  if (change.kind === 'remove') {
    removals.push(change.where)
    for (const [key, row] of rows) if (matches(row, change.where)) rows.delete(key)
    return
  }
  const key = keyText(change.table, change.kind === 'insert' ? change.row : change.where)
  const before = rows.get(key)
  if (change.kind === 'insert') rows.set(key, change.row)
  else if (before !== undefined) rows.set(key, { ...before, ...change.row })
}

/** The rows that the batch updates, as they are before it. */
const loadRows = async (session: Session, table: ReadTable, changes: readonly RowChange[]): Promise<Map<string, Row>> => {
  const keys = new Map(changes.flatMap((change) => (change.kind === 'update' ? [[keyText(table, change.where), change.where]] : [])))
  if (keys.size === 0) return new Map()
  const names = keyColumns(table)
  const stored = await session.rows<{ row: Row }>(sql`
    SELECT to_jsonb(t) AS row FROM ${sql.identifier(getTableName(table))} AS t
    JOIN ${recordset(table, [...keys.values()])} AS k ON (${columnList(names, 't')}) = (${columnList(names, 'k')})`)
  return new Map(stored.map(({ row }) => [keyText(table, row), row]))
}

/** Removals of the same columns go in one statement; answers the keys that were there. */
const removeRows = async (session: Session, table: ReadTable, removals: readonly Row[]): Promise<Row[]> => {
  const alike = Map.groupBy(removals, (where) => JSON.stringify(Object.entries(where).map(([name, value]) => [name, value === null])))
  const gone: Row[] = []
  for (const [first, ...others] of alike.values()) {
    if (first === undefined) continue
    const statement: SQL = sql`
      DELETE FROM ${sql.identifier(getTableName(table))} AS t USING ${recordset(table, [first, ...others])} AS r
      WHERE ${whereMatches(first)} RETURNING to_jsonb(t) AS row`
    const rows = await session.rows<{ row: Row }>(statement)
    gone.push(...rows.map(({ row }) => keyOf(table, row)))
  }
  return gone
}

const foldTable = async (session: Session, table: ReadTable, changes: readonly RowChange[]): Promise<Row[]> => {
  const stored = await loadRows(session, table, changes)
  const folded: Folded = { rows: new Map(stored), removals: [...stored.values()].map((row) => keyOf(table, row)) }
  for (const change of changes) fold(folded, change)
  // Everything goes before anything comes, so no order of rows can meet a unique index half-way.
  const gone = await removeRows(session, table, folded.removals)
  const rows = [...folded.rows.values()]
  if (rows.length > 0) {
    await session.rows(sql`INSERT INTO ${sql.identifier(getTableName(table))} SELECT * FROM ${recordset(table, rows)}`)
  }
  return [...gone, ...rows.map((row) => keyOf(table, row))]
}

/**
 * Projects a batch into the tables on the search path: the same changes as an append makes, folded in memory first, so that a batch costs a few
 * statements for each table instead of a few for each event.
 */
export const applyEvents = async (session: Session, events: readonly ProjectedEvent[]): Promise<Touched> => {
  const changes = Map.groupBy(events.flatMap(project), ({ table }) => table)
  const touched = new Map<ReadTable, Row[]>()
  for (const table of allReadTables) {
    const own = changes.get(table)
    if (own !== undefined) touched.set(table, await foldTable(session, table, own))
  }
  return touched
}
