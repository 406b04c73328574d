import { invariant, type TenantId } from '@chancery/kernel'
import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type pg from 'pg'
import { conditionOf, faultOf, SqlFailure, sqlFailure } from './sql-condition.ts'

const dialect = new PgDialect()

/** One connection inside a transaction. What goes wrong in a statement is thrown as `SqlFailure`, never as the driver's error. */
export interface Session {
  rows<Row extends object>(statement: SQL): Promise<Row[]>
  /** A statement of constant text, planned once for each connection. */
  prepared<Row extends object>(statement: Prepared, values: readonly unknown[]): Promise<Row[]>
  /** The transaction will be rolled back when its work ends, and still answers the work's result. */
  discard(): void
}

interface OpenSession extends Session {
  readonly isDiscarded: () => boolean
}

export interface Prepared {
  readonly name: string
  readonly text: string
}

const sessionOn = (client: pg.ClientBase): OpenSession => {
  let isDiscarded = false
  const run = async <Row extends object>(query: pg.QueryConfig): Promise<Row[]> => {
    try {
      return (await client.query<Row>(query)).rows
    } catch (error) {
      throw sqlFailure(error)
    }
  }
  return {
    rows: (statement) => {
      const { sql, params } = dialect.sqlToQuery(statement)
      return run({ text: sql, values: params })
    },
    prepared: ({ name, text }, values) => run({ name, text, values: [...values] }),
    discard: () => {
      isDiscarded = true
    },
    isDiscarded: () => isDiscarded,
  }
}

export const connect = async (pool: pg.Pool): Promise<pg.PoolClient> => {
  try {
    return await pool.connect()
  } catch (error) {
    throw sqlFailure(error)
  }
}

/** The text that begins a transaction: no parameters, so that it is one round trip. */
export type Begin = string

const end = async (client: pg.ClientBase, command: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
  try {
    const done = await client.query(command)
    // A transaction in which a statement failed answers COMMIT with ROLLBACK, and without an error.
    if (done.command !== command) throw new SqlFailure('25P02', undefined)
  } catch (error) {
    throw sqlFailure(error)
  }
}

/** Ends the transaction of a connection that still answers; says whether it may be used again. */
const isUsableAfter = async (client: pg.ClientBase, error: unknown): Promise<boolean> => {
  if (error instanceof SqlFailure && error.sqlstate === undefined) return false
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  )
}

const within = async <Result>(client: pg.ClientBase, begin: Begin, work: (session: Session) => Promise<Result>): Promise<Result> => {
  await client.query(begin).catch((error: unknown) => Promise.reject(sqlFailure(error)))
  const session = sessionOn(client)
  const result = await work(session)
  await end(client, session.isDiscarded() ? 'ROLLBACK' : 'COMMIT')
  return result
}

/** Runs `work` in one transaction. Throws `SqlFailure` as it came, and whatever `work` throws; both roll back. */
export const transaction = async <Result>(pool: pg.Pool, begin: Begin, work: (session: Session) => Promise<Result>): Promise<Result> => {
  const client = await connect(pool)
  try {
    const result = await within(client, begin, work)
    client.release()
    return result
  } catch (error) {
    client.release(!(await isUsableAfter(client, error)))
    throw error
  }
}

/** The same on a connection that the caller keeps. */
export const transactionOn = async <Result>(
  client: pg.ClientBase,
  begin: Begin,
  work: (session: Session) => Promise<Result>,
): Promise<Result> => {
  try {
    return await within(client, begin, work)
  } catch (error) {
    await isUsableAfter(client, error)
    throw error
  }
}

/** One statement on its own. */
export const single = async <Row extends object>(pool: pg.Pool, query: pg.QueryConfig): Promise<Row[]> => {
  try {
    return (await pool.query<Row>(query)).rows
  } catch (error) {
    throw faultOf(sqlFailure(error))
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The statement that sets the tenant for row-level security until the transaction ends. The id stands in the text, so it must be a UUID. */
export const tenantSetting = (tenantId: TenantId): string => {
  invariant(uuid.test(tenantId), 'a tenant id is a lower-case UUID')
  return `SELECT set_config('chancery.tenant_id', '${tenantId}', true)`
}

/** The fault of a transaction whose statements nobody decides again. */
export const withFaults = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work
  } catch (error) {
    throw error instanceof SqlFailure ? faultOf(error) : error
  }
}

/**
 * A read-only snapshot of one tenant. Rejects with a `Fault` when the database cannot answer. A rebuild that swaps the tables at this moment can
 * meet a reader in a deadlock; reading changes nothing, so it is simply done again.
 */
export const readInTenant = <Result>(pool: pg.Pool, tenantId: TenantId, work: (session: Session) => Promise<Result>): Promise<Result> => {
  const once = (): Promise<Result> => transaction(pool, `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${tenantSetting(tenantId)}`, work)
  const isCrossed = (error: unknown): boolean => error instanceof SqlFailure && conditionOf(error).kind === 'again'
  return withFaults(once().catch((error: unknown) => (isCrossed(error) ? once() : Promise.reject(error))))
}
