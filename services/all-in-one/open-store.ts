import type { Config } from '@chancery/config'
import { type EmbeddedPostgres, EmbeddedPostgresFault, ownerLock, startEmbeddedPostgres } from '@chancery/embedded-postgres'
import { type Database, holdOwnership, type OpenDatabase, openDatabase } from '@chancery/event-store'
import { Fault } from '@chancery/kernel'
import { StartFault } from './start-fault.ts'

export type Log = (line: Readonly<Record<string, unknown>>) => void

export interface OpenStore {
  readonly database: Database
  /** Closes the pools, gives up the database and stops an embedded Postgres, in this order. */
  close(): Promise<void>
}

/** What an operator reads for a fault at the start; any other one is a bug and keeps its stack. */
const sentences: Readonly<Record<string, string>> = {
  in_use: 'The database is in use by another instance of Chancery.',
  weak_durability:
    'This Postgres runs with fsync or synchronous_commit off, so an issued token could be off the record; turn them on, or set CHANCERY_ALLOW_WEAK_DURABILITY.',
  store_unavailable: 'Postgres does not answer; check CHANCERY_POSTGRES_URL.',
  owner_password_missing: 'CHANCERY_POSTGRES_URL has no password; those of the service roles are derived from it.',
}

const asStartFault = (error: unknown): unknown => {
  if (error instanceof EmbeddedPostgresFault) return new StartFault(error.sentence, error)
  if (!(error instanceof Fault)) return error
  const told = error.cause instanceof Error && error.code === 'restored_elsewhere' ? error.cause.message : undefined
  return new StartFault(sentences[error.code] ?? told ?? `The database cannot be used (${error.code}).`, error)
}

const embedded = (config: Config, log: Log): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({ dataDir: config.dataDir, pgUser: config.pgUser, log: (line) => log({ level: 'info', message: line }) })

const nothing = async (): Promise<void> => undefined

const open = async (config: Config, connection: OpenDatabase['connection'], log: Log): Promise<OpenStore> => {
  const onLost = (): void => log({ level: 'error', message: 'the connection that holds the database was lost' })
  const ownership = await holdOwnership({ connection, lock: ownerLock, onLost })
  const database = await openDatabase({
    connection,
    allowWeakDurability: config.allowWeakDurability,
    log: (line) => log({ level: 'warn', ...line }),
  })
  return {
    database,
    close: async () => {
      await database.close()
      await ownership.release()
    },
  }
}

/**
 * The database of a process that is alone on it: an embedded Postgres, or the one of `CHANCERY_POSTGRES_URL`. Rejects with a StartFault and
 * leaves no process behind.
 */
export const openStore = async (config: Config, log: Log): Promise<OpenStore> => {
  let postgres: EmbeddedPostgres | undefined
  try {
    postgres = config.postgresUrl === undefined ? await embedded(config, log) : undefined
    const stop = postgres === undefined ? nothing : postgres.stop
    const store = await open(config, postgres === undefined ? { url: config.postgresUrl ?? '' } : postgres.owner, log)
    void postgres?.exited.then(() =>
      log({ level: 'error', message: 'the embedded Postgres has gone; no tokens until this service is started again' }),
    )
    return {
      database: store.database,
      close: async () => {
        await store.close()
        await stop()
      },
    }
  } catch (error) {
    await postgres?.stop()
    throw asStartFault(error)
  }
}
