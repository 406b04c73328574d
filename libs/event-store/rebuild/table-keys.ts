import { getTableName, type SQL, sql } from 'drizzle-orm'
import { getTableConfig } from 'drizzle-orm/pg-core'
import type { Row } from '../projections/row-change.ts'
import { type ReadTable, readTables } from '../schema.ts'

export const allReadTables: readonly ReadTable[] = Object.values(readTables)

const keys: ReadonlyMap<ReadTable, readonly string[]> = new Map(
  allReadTables.map((table) => [table, getTableConfig(table).primaryKeys.flatMap(({ columns }) => columns.map(({ name }) => name))]),
)

/** The columns of the primary key. */
export const keyColumns = (table: ReadTable): readonly string[] => keys.get(table) ?? []

export const keyOf = (table: ReadTable, row: Row): Row => Object.fromEntries(keyColumns(table).map((name) => [name, row[name]]))

/** A key as a person reads it: the tenant's id, then the row's. */
export const keyText = (table: ReadTable, key: Row): string =>
  keyColumns(table)
    .map((name) => String(key[name]))
    .join('/')

export const columnList = (names: readonly string[], alias: string): SQL => sql.raw(names.map((name) => `${alias}."${name}"`).join(', '))

/** Rows as one JSON parameter, typed by the table. */
export const recordset = (table: ReadTable, rows: readonly Row[]): SQL =>
  sql`jsonb_populate_recordset(NULL::${sql.identifier(getTableName(table))}, ${JSON.stringify(rows)}::jsonb)`
