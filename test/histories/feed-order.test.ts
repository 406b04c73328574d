import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type OwnerConnection, startTestPostgres, type TestPostgres } from '../harness/postgres.ts'

interface Row {
  readonly note: string
  readonly tx: string
  readonly seq: string
}

const append = 'INSERT INTO log (note) VALUES ($1)'
const raise = 'UPDATE version SET value = value + 1'
const bySequence = 'SELECT note, tx, seq FROM log WHERE seq > $1 ORDER BY seq'
const bySnapshot = `
  SELECT note, tx, seq FROM log WHERE (tx, seq) > ($1::xid8, $2) AND tx < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY tx, seq`

/** Two appends to one tenant, step by step on two connections, and what readers make of them. */
describe('histories of two appends', () => {
  let postgres: TestPostgres
  let owner: OwnerConnection
  const open: pg.Client[] = []

  const session = async (): Promise<(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>> => {
    const client = new pg.Client(owner)
    await client.connect()
    open.push(client)
    return async (text, values = []) => (await client.query<Row>(text, [...values])).rows
  }

  beforeAll(async () => {
    postgres = await startTestPostgres()
  })

  beforeEach(async () => {
    owner = await postgres.createDatabase()
    const admin = await session()
    await admin('CREATE TABLE log (seq bigint GENERATED ALWAYS AS IDENTITY, tx xid8 DEFAULT pg_current_xact_id(), note text)')
    await admin('CREATE TABLE version AS SELECT 0 AS value')
    return async () => {
      for (const client of open.splice(0)) await client.end()
    }
  })

  afterAll(() => postgres.stop())

  const notes = (rows: readonly Row[]): string[] => rows.map(({ note }) => note)

  test('a cursor over a sequence loses what commits late, one below the oldest snapshot does not', async () => {
    const [first, second, reader] = [await session(), await session(), await session()]
    await first('BEGIN')
    await first(append, ['late'])
    await second(append, ['early'])
    const seen = await reader(bySequence, [0])
    const settled = await reader(bySnapshot, ['0', 0])
    await first('COMMIT')
    expect(notes(seen)).toEqual(['early'])
    expect(notes(await reader(bySequence, [seen.at(-1)?.seq]))).toEqual([])
    expect(notes(settled)).toEqual([])
    expect(notes(await reader(bySnapshot, ['0', 0]))).toEqual(['late', 'early'])
  })

  /** Resolves when some session of this database waits for a lock. */
  const untilBlocked = async (look: Awaited<ReturnType<typeof session>>): Promise<void> => {
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    await expect.poll(() => look(waiting)).not.toEqual([])
  }

  test('a version raised by UPDATE alone can come out of the feed reversed', async () => {
    const [first, second, reader] = [await session(), await session(), await session()]
    // The first append has its transaction id before it asks for the row, and the second one overtakes it on the way there.
    await first('BEGIN')
    await first('SELECT pg_current_xact_id()')
    await second('BEGIN')
    await second(raise)
    const raised = first(raise)
    await untilBlocked(reader)
    await second("INSERT INTO log (note) SELECT 'version ' || value FROM version")
    await second('COMMIT')
    await raised
    await first("INSERT INTO log (note) SELECT 'version ' || value FROM version")
    await first('COMMIT')
    expect(notes(await reader(bySnapshot, ['0', 0]))).toEqual(['version 2', 'version 1'])
  })

  test('an advisory lock before everything keeps versions and feed in one order', async () => {
    const [first, second, reader] = [await session(), await session(), await session()]
    const begin = 'BEGIN; SELECT pg_advisory_xact_lock(1)'
    const write = "INSERT INTO log (note) SELECT 'version ' || count(*) + 1 FROM log"
    await second(begin)
    const admitted = first(begin)
    await untilBlocked(reader)
    await second(write)
    await second('COMMIT')
    await admitted
    await first(write)
    await first('COMMIT')
    expect(notes(await reader(bySnapshot, ['0', 0]))).toEqual(['version 1', 'version 2'])
  })
})
