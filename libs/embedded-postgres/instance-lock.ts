import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EmbeddedPostgresFault } from './embedded-postgres-fault.ts'

// https://www.sqlite.org/rescode.html#busy
const sqliteBusy = 5

const isBusy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy

/**
 * Makes this process the only one that may start PostgreSQL on `dataDir`, until the returned function is called or the process is gone.
 * Node offers no flock; an open SQLite transaction on an empty file is the one kernel lock in its standard library. The kernel
 * drops it with the process, however that ends, so a lock is never stale and needs no pid to be believed.
 * Throws `in_use` at once when another process (or this one) has it, `unwritable` when the file cannot be made.
 */
export const acquireInstanceLock = (dataDir: string): (() => void) => {
  const path = join(dataDir, 'postgres.lock')
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    database.exec('pragma journal_mode = memory; begin exclusive')
  } catch (error) {
    database?.close()
    throw isBusy(error)
      ? new EmbeddedPostgresFault('in_use', `The data directory ${dataDir} is in use by another instance of Chancery.`, error)
      : new EmbeddedPostgresFault('unwritable', `The lock file ${path} cannot be opened for writing.`, error)
  }
  const lock = database
  return () => {
    if (lock.isOpen) lock.close()
  }
}
