import { Fault } from '@chancery/kernel'
import pg from 'pg'
import type { OpenDatabase } from './open-database.ts'
import { faultOf, sqlFailure } from './sql-condition.ts'

export interface Ownership {
  /** Resolves when the server has just answered on the connection that holds the lock; rejects with a Fault otherwise. */
  confirm(): Promise<void>
  /** Ends the connection and with it the lock. */
  release(): Promise<void>
}

export interface HoldOwnership {
  readonly connection: OpenDatabase['connection']
  /** The pair of the advisory lock. */
  readonly lock: { readonly classId: number; readonly objectId: number }
  /** Told when the connection broke, after which another process may take the lock. */
  readonly onLost: () => void
}

const confirm = async (client: pg.Client): Promise<void> => {
  await client.query('SELECT').catch((error: unknown) => Promise.reject(faultOf(sqlFailure(error))))
}

/**
 * Holds an advisory lock on a connection kept for nothing else, so that a process that must be alone on its database is. Rejects with Fault
 * `in_use` (not retryable) when another one holds it, and with a retryable Fault when the database does not answer.
 */
export const holdOwnership = async ({ connection, lock, onLost }: HoldOwnership): Promise<Ownership> => {
  const limits = { keepAlive: true, connectionTimeoutMillis: 5000, query_timeout: 5000 }
  const client = new pg.Client('url' in connection ? { connectionString: connection.url, ...limits } : { ...connection, ...limits })
  client.on('error', onLost)
  try {
    await client.connect()
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS held', [lock.classId, lock.objectId])
    if (rows[0]?.held === true) return { confirm: () => confirm(client), release: () => client.end() }
  } catch (error) {
    throw faultOf(sqlFailure(error))
  }
  await client.end()
  throw new Fault('in_use', { retryable: false })
}
