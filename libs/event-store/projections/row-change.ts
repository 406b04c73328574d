import { getTableColumns, getTableName, type InferInsertModel, type SQL, sql } from 'drizzle-orm'
import { type ReadTable, readTables } from '../schema.ts'

/** Column values by column name, as `jsonb_populate_record` reads them: what a projection writes is data until it is run. */
export type Row = Readonly<Record<string, unknown>>

/** One change of a read table. `where` of a removal may name several rows. */
export type RowChange =
  | { readonly kind: 'insert'; readonly table: ReadTable; readonly row: Row }
  | { readonly kind: 'update'; readonly table: ReadTable; readonly where: Row; readonly row: Row }
  | { readonly kind: 'remove'; readonly table: ReadTable; readonly where: Row }

/** Property names to column names, worked out once: a rebuild asks for every row. */
const columnNames: ReadonlyMap<ReadTable, ReadonlyMap<string, string>> = new Map(
  Object.values(readTables).map((table) => [table, new Map(Object.entries(getTableColumns(table)).map(([key, { name }]) => [key, name]))]),
)

const byColumn = (table: ReadTable, values: object): Row => {
  const row: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(values)) {
    const name = columnNames.get(table)?.get(key)
    if (name !== undefined) row[name] = value ?? null
  }
  return row
}

export const insert = <Table extends ReadTable>(table: Table, row: InferInsertModel<Table>): RowChange => ({
  kind: 'insert',
  table,
  row: byColumn(table, row),
})

interface Update<Table extends ReadTable> {
  readonly where: Partial<InferInsertModel<Table>>
  readonly row: Partial<InferInsertModel<Table>>
}

export const update = <Table extends ReadTable>(table: Table, { where, row }: Update<Table>): RowChange => ({
  kind: 'update',
  table,
  where: byColumn(table, where),
  row: byColumn(table, row),
})

export const remove = <Table extends ReadTable>(table: Table, where: Partial<InferInsertModel<Table>>): RowChange => ({
  kind: 'remove',
  table,
  where: byColumn(table, where),
})

const columns = (row: Row, form: (name: string) => string): SQL => sql.raw(Object.keys(row).map(form).join(', '))

/** Compares `t`, the table, with `r`, a record of the same type. */
export const whereMatches = (where: Row): SQL =>
  sql.raw(
    Object.entries(where)
      .map(([name, value]) => (value === null ? `t."${name}" IS NULL` : `t."${name}" = r."${name}"`))
      .join(' AND '),
  )

/** The statement of one change. The row travels as one JSON parameter and takes its types from the table. */
export const statementOf = (change: RowChange): SQL => {
  const table = sql.identifier(getTableName(change.table))
  const record = (row: Row): SQL => sql`jsonb_populate_record(NULL::${table}, ${JSON.stringify(row)}::jsonb)`
  switch (change.kind) {
    case 'insert':
      return sql`INSERT INTO ${table} SELECT * FROM ${record(change.row)}`
    case 'update':
      return sql`UPDATE ${table} AS t SET ${columns(change.row, (name) => `"${name}" = n."${name}"`)}
        FROM ${record(change.where)} AS r, ${record(change.row)} AS n WHERE ${whereMatches(change.where)}`
    case 'remove':
      return sql`DELETE FROM ${table} AS t USING ${record(change.where)} AS r WHERE ${whereMatches(change.where)}`
  }
}
