import type { Milliseconds } from '@chancery/kernel'
import type { Database } from './open-database.ts'
import { single } from './session.ts'

/** The database's own time. Rejects with a retryable Fault when it does not answer. */
export const databaseClock = async ({ app }: Database): Promise<Milliseconds> => {
  const [row] = await single<{ now: number }>(app, {
    name: 'database-clock',
    text: `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`,
  })
  return row?.now ?? 0
}
