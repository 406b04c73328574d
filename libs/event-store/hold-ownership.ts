import { Fault } from '@chancery/kernel'
import pg from 'pg'
import type { OpenDatabase } from './open-database.ts'
import { faultOf, sqlFailure } from './sql-condition.ts'

export interface Ownership {
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

/**
 * Holds an advisory lock on a connection kept for nothing else, so that a process that must be alone on its database is. Rejects with Fault
 * `in_use` (not retryable) when another one holds it, and with a retryable Fault when the database does not answer.
 */
export const holdOwnership = async ({ connection, lock, onLost }: HoldOwnership): Promise<Ownership> => {
  const client = new pg.Client(
    'url' in connection ? { connectionString: connection.url, keepAlive: true } : { ...connection, keepAlive: true },
  )
  client.on('error', onLost)
  try {
    await client.connect()
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS held', [lock.classId, lock.objectId])
    if (rows[0]?.held === true) return { release: () => client.end() }
  } catch (error) {
    throw faultOf(sqlFailure(error))
  }
  await client.end()
  throw new Fault('in_use', { retryable: false })
}
