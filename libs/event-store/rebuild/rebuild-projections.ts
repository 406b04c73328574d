import { Fault, type Seconds } from '@chancery/kernel'
import { getTableName, sql } from 'drizzle-orm'
import type pg from 'pg'
import type { Database } from '../open-database.ts'
import type { Row } from '../projections/row-change.ts'
import type { ReadTable } from '../schema.ts'
import { connect, type Session, transactionOn, withFaults } from '../session.ts'
import { SqlFailure } from '../sql-condition.ts'
import { exclusiveLock } from '../writers-lock.ts'
import { compareRows, compareTable, liveSchema, shadowSchema } from './compare-tables.ts'
import type { Touched } from './fold-rows.ts'
import { applyTail, beginInShadows, catchUp, type Replay, startReplay } from './replay.ts'
import { createShadows, dropShadows, swapShadows } from './shadow-tables.ts'
import { allReadTables, keyText } from './table-keys.ts'

export interface RebuildOptions {
  /** Puts the rebuilt tables in the place of those in use, whether or not they differ; otherwise they are only compared and dropped. */
  readonly swap: boolean
  readonly onProgress?: (progress: { readonly phase: 'fill' | 'compare' | 'tail'; readonly events: number }) => void
}

export interface RebuiltTable {
  readonly table: string
  readonly rows: number
  /** How many rows of the table in use are not what the log says, and the first of their keys. */
  readonly differing: number
  readonly differences: readonly string[]
}

export interface RebuildReport {
  readonly tables: readonly RebuiltTable[]
  readonly swapped: boolean
  readonly events: number
  readonly seconds: Seconds
}

type Differing = ReadonlyMap<ReadTable, readonly Row[]>

const namedDifferences = 10
const attempts = 5
/** A tail this short is applied while writers wait. */
const shortTail = 500

const begin = 'BEGIN'
const snapshot = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'
const rebuildTurn = '0x6368, 3'

const compareAll = async ({ client }: Replay, onTable: () => void): Promise<Differing> => {
  const suspects = new Map<ReadTable, Row[]>()
  for (const table of allReadTables) {
    suspects.set(table, await compareTable(table, (work) => transactionOn(client, snapshot, work)))
    onTable()
  }
  return suspects
}

const recompare = async (session: Session, suspects: Touched, touched: Touched): Promise<Differing> => {
  const differing = new Map<ReadTable, Row[]>()
  for (const table of allReadTables) {
    differing.set(table, await compareRows(session, table, [...(suspects.get(table) ?? []), ...(touched.get(table) ?? [])]))
  }
  return differing
}

interface Finish {
  readonly suspects: Touched
  readonly since: string
  readonly swap: boolean
}

/** The end in one transaction, every append shut out: the rest of the log, the rows it touched or that looked different before, the swap. */
const finish = async (replay: Replay, { suspects, since, swap }: Finish): Promise<Differing> => {
  const { differing, commit } = await transactionOn(
    replay.client,
    `${beginInShadows}; SET LOCAL lock_timeout = '2s'; ${exclusiveLock}`,
    async (session) => {
      const tail = await applyTail(replay, session, since)
      const rows = await recompare(session, suspects, replay.touched)
      if (swap) await swapShadows(session)
      return { differing: rows, commit: tail.commit }
    },
  )
  commit()
  return differing
}

const isCrowded = (error: unknown): boolean => error instanceof SqlFailure && (error.sqlstate === '55P03' || error.sqlstate === '40P01')

/** Busy writers or readers may keep the lock from us for its two seconds; then the tail is shortened again before the next attempt. */
const finishWhenQuiet = async (replay: Replay, request: Finish, onPage: () => void): Promise<Differing> => {
  for (let attempt = 1; ; attempt += 1) {
    while ((await catchUp(replay, onPage)) > shortTail);
    try {
      return await finish(replay, request)
    } catch (error) {
      if (attempt === attempts || !isCrowded(error)) throw error
    }
  }
}

const countRows = async (client: pg.ClientBase, schema: string): Promise<ReadonlyMap<ReadTable, number>> => {
  const counts = new Map<ReadTable, number>()
  for (const table of allReadTables) {
    const name = sql`${sql.identifier(schema)}.${sql.identifier(getTableName(table))}`
    const [row] = await transactionOn(client, snapshot, (session) =>
      session.rows<{ count: number }>(sql`SELECT count(*) AS count FROM ${name}`),
    )
    counts.set(table, row?.count ?? 0)
  }
  return counts
}

const tableReport = (table: ReadTable, rows: number, keys: readonly Row[]): RebuiltTable => ({
  table: getTableName(table),
  rows,
  differing: keys.length,
  differences: keys.slice(0, namedDifferences).map((key) => keyText(table, key)),
})

const rebuildOn = async (client: pg.ClientBase, { swap, onProgress }: RebuildOptions): Promise<RebuildReport> => {
  const startedAt = performance.now()
  const replay = startReplay(client)
  const [start] = await transactionOn(client, begin, async (session) => {
    await createShadows(session)
    return session.rows<{ since: string }>(sql`SELECT now()::text AS since`)
  })
  await catchUp(replay, () => onProgress?.({ phase: 'fill', events: replay.events }))
  replay.touched.clear()
  const suspects = await compareAll(replay, () => onProgress?.({ phase: 'compare', events: replay.events }))
  const request = { suspects, since: start?.since ?? '-infinity', swap }
  const differing = await finishWhenQuiet(replay, request, () => onProgress?.({ phase: 'tail', events: replay.events }))
  const counts = await countRows(client, swap ? liveSchema : shadowSchema)
  const tables = allReadTables.map((table) => tableReport(table, counts.get(table) ?? 0, differing.get(table) ?? []))
  return { tables, swapped: swap, events: replay.events, seconds: (performance.now() - startedAt) / 1000 }
}

const takeTurn = async (session: Session): Promise<void> => {
  const [row] = await session.rows<{ taken: boolean }>(sql.raw(`SELECT pg_try_advisory_lock(${rebuildTurn}) AS taken`))
  if (row?.taken !== true) throw new Fault('rebuild_running', { retryable: true })
}

const leave = async (client: pg.ClientBase): Promise<void> => {
  await transactionOn(client, begin, dropShadows)
  await transactionOn(client, begin, (session) => session.rows(sql.raw(`SELECT pg_advisory_unlock(${rebuildTurn})`)))
}

const whileHolding = async (client: pg.ClientBase, options: RebuildOptions): Promise<RebuildReport> => {
  await transactionOn(client, begin, takeTurn)
  try {
    return await rebuildOn(client, options)
  } finally {
    await leave(client)
  }
}

/**
 * Builds the read tables anew from the log beside those in use, names the rows in which these differ from the log, and swaps them if asked to.
 * Appends go on meanwhile, but for the moment of the swap. Rejects with retryable Fault `rebuild_running` when another one is under way, with a
 * retryable Fault when the database cannot answer, and throws on an event that fits no schema; whatever happens, the tables in use stay whole.
 */
export const rebuildProjections = async ({ owner }: Database, options: RebuildOptions): Promise<RebuildReport> => {
  const client = await withFaults(connect(owner))
  try {
    const report = await withFaults(whileHolding(client, options))
    client.release()
    return report
  } catch (error) {
    // The session may still hold the turn; it ends with the connection.
    client.release(true)
    throw error
  }
}
