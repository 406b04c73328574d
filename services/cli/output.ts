import { type JsonObject, memberOf } from './json.ts'

/** What a verb has to say: the API's JSON for `--json`, lines for a person. No body (a 204) prints nothing as JSON. */
export interface Answer {
  readonly json: unknown
  readonly text: string
  /** 0 unless given. */
  readonly exitCode?: number
}

/** Names come from other people: no control character of theirs reaches the terminal. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD')

const cell = (value: unknown): string => {
  if (typeof value === 'string') return printable(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(cell).join(' ') || '-'
  return printable(JSON.stringify(value ?? undefined) ?? '-')
}

const aligned = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** One line an item under the columns' names; a column is a member's path. */
export const table = (items: readonly JsonObject[], columns: readonly string[]): string => {
  if (items.length === 0) return 'none'
  return aligned([columns, ...items.map((item) => columns.map((column) => cell(memberOf(item, column))))])
}

/** One line a member. */
export const record = (item: JsonObject): string => aligned(Object.entries(item).map(([name, value]) => [name, cell(value)]))
