import { rm } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { databaseName, ownerName } from './cluster.ts'
import { EmbeddedPostgresFault } from './embedded-postgres-fault.ts'
import { isOwned } from './owner-lock.ts'
import { isAlive, isPostmasterOf, type PostmasterFile, postmasterFileOf, readPostmasterFile } from './postmaster-file.ts'
import { removeSocketDirectory } from './socket-directory.ts'

const pollMs = 10

const isGoneWithin = async (pid: number, cluster: string, ms: number): Promise<boolean> => {
  const deadline = performance.now() + ms
  while (await isPostmasterOf(pid, cluster)) {
    if (performance.now() > deadline) return false
    await setTimeout(pollMs)
  }
  return true
}

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch {
    // It went between the look and the signal.
  }
}

/** Fast shutdown, and an immediate one after half a minute; the latter costs the next start a recovery and loses nothing. */
const shutDown = async (pid: number, cluster: string): Promise<void> => {
  signal(pid, 'SIGINT')
  if (await isGoneWithin(pid, cluster, 30_000)) return
  signal(pid, 'SIGQUIT')
  if (await isGoneWithin(pid, cluster, 10_000)) return
  throw new EmbeddedPostgresFault(
    'start_timeout',
    `A PostgreSQL left over from an earlier run (pid ${pid}) does not shut down; end it by hand.`,
  )
}

const hasOwner = async (file: PostmasterFile, password: string | undefined): Promise<boolean> => {
  if (password === undefined) return false
  return isOwned({ host: file.socketDirectory, port: file.port, database: databaseName, user: ownerName, password })
}

export interface RetireOptions {
  readonly dataDir: string
  readonly password: string | undefined
  readonly log: (line: string) => void
}

/**
 * Clears the cluster of whatever ran it before. A live postmaster whose owner's lock is held makes it throw `in_use`; without an owner it
 * is an orphan and is shut down. The pid file of a pid that has since become somebody else's is removed. That of a dead pid stays:
 * PostgreSQL checks by it that no backend of the dead server is still at work, and overwrites it.
 */
export const retirePredecessor = async (cluster: string, { dataDir, password, log }: RetireOptions): Promise<void> => {
  const file = await readPostmasterFile(cluster)
  if (file === undefined || !isAlive(file.pid)) return
  if (!(await isPostmasterOf(file.pid, cluster))) return rm(postmasterFileOf(cluster), { force: true })
  if (await hasOwner(file, password))
    throw new EmbeddedPostgresFault(
      'in_use',
      `The data directory ${dataDir} is in use by another instance of Chancery (PostgreSQL pid ${file.pid}).`,
    )
  await shutDown(file.pid, cluster)
  await removeSocketDirectory(file.socketDirectory)
  log(`A PostgreSQL left over from an earlier run (pid ${file.pid}) was shut down.`)
}
