import { setTimeout } from 'node:timers/promises'
import type { Config } from '@chancery/config'
import { EmbeddedPostgresFault, ownerLock, startEmbeddedPostgres } from '@chancery/embedded-postgres'
import { type Database, type OpenDatabase, openDatabase } from '@chancery/event-store'
import { Fault } from '@chancery/kernel'
import { keepOwnership } from './keep-ownership.ts'
import { type RevivingPostgres, revivingPostgres } from './reviving-postgres.ts'
import { StartFault } from './start-fault.ts'

export type Log = (line: Readonly<Record<string, unknown>>) => void

export interface OpenStore {
  readonly database: Database
  /** Which holding of the database this is; undefined while this process may not be alone on it. */
  readonly holding: () => number | undefined
  /** Resolves when another process has taken the database over, after which this one must not go on. */
  readonly superseded: Promise<void>
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

const embedded = ({ dataDir, pgUser }: Config, log: Log): Promise<RevivingPostgres> => {
  const start = () => startEmbeddedPostgres({ dataDir, pgUser, log: (line) => log({ level: 'info', message: line }) })
  return revivingPostgres({ dataDir, start, log })
}

const closeWithinMs = 5000

const nothing = async (): Promise<void> => undefined

const open = async (config: Config, connection: OpenDatabase['connection'], log: Log): Promise<OpenStore> => {
  // Pools do not wait for the last of their connections to be gone, and the server's farewell to those is no news.
  let isClosing = false
  const ownership = await keepOwnership({ connection, lock: ownerLock, log })
  const database = await openDatabase({
    connection,
    allowWeakDurability: config.allowWeakDurability,
    log: (line) => isClosing || log({ level: 'warn', ...line }),
  }).catch(async (error: unknown) => {
    await ownership.release()
    throw error
  })
  return {
    database,
    holding: () => ownership.holding(),
    superseded: ownership.superseded,
    close: async () => {
      isClosing = true
      const closed = database.close().then(() => ownership.release())
      // A server that has stopped answering does not say goodbye either.
      await Promise.race([closed, setTimeout(closeWithinMs, undefined, { ref: false })])
    },
  }
}

/**
 * The database of a process that is alone on it: an embedded Postgres, or the one of `CHANCERY_POSTGRES_URL`. Rejects with a StartFault and
 * leaves no process behind.
 */
export const openStore = async (config: Config, log: Log): Promise<OpenStore> => {
  let postgres: RevivingPostgres | undefined
  try {
    postgres = config.postgresUrl === undefined ? await embedded(config, log) : undefined
    const stop = postgres === undefined ? nothing : postgres.stop
    const store = await open(config, postgres === undefined ? { url: config.postgresUrl ?? '' } : postgres.owner, log)
    return {
      ...store,
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
