import { resolve } from 'node:path'
import { findBinaries, runnableBinaries } from './binaries.ts'
import { type ClusterTools, createCluster, databaseName, ownerName, removeUnfinished, resetPassword } from './cluster.ts'
import { EmbeddedPostgresFault } from './embedded-postgres-fault.ts'
import { acquireInstanceLock } from './instance-lock.ts'
import { probeDeathSignal } from './launcher.ts'
import { retirePredecessor } from './orphan.ts'
import type { Connection } from './owner-lock.ts'
import { keepPassword, newPassword, readPassword } from './owner-password.ts'
import { findCluster, makeDataDirectory, placeCluster } from './placement.ts'
import { type Postmaster, startPostmaster } from './postmaster.ts'
import { chooseServerUser } from './server-user.ts'
import { serverArguments } from './settings.ts'
import { makeSocketDirectory, removeSocketDirectory } from './socket-directory.ts'

export interface EmbeddedPostgresOptions {
  /** Shared with the rest of the service; made if missing. The cluster lives in its `postgres`. Leave making it to this function. */
  readonly dataDir: string
  /** Whom the server runs as when we are root; without it the cluster's owner, for a new cluster `nobody`. */
  readonly pgUser?: string | undefined
  /** Settings of the server. Those on which durability and privacy rest cannot be overridden. */
  readonly settings?: Readonly<Record<string, string>> | undefined
  /** Receives the few sentences an operator should see; never a secret. */
  readonly log?: ((line: string) => void) | undefined
}

export interface EmbeddedPostgres {
  /** Connection as the owner, superuser of this private cluster; `host` is the directory of a unix socket. */
  readonly owner: Connection
  /** The same as a URL (`postgres://…?host=<socket directory>`) for tools. It contains the password. */
  readonly url: string
  readonly pid: number
  /** Fast shutdown; resolves when the postmaster has gone and the socket directory is removed. May be called again. */
  stop(): Promise<void>
  /** Resolves when the postmaster exits although nobody asked it to. */
  readonly exited: Promise<void>
}

type Prepared = ClusterTools & { readonly cluster: string; readonly password: string }

const furnish = async (
  tools: ClusterTools,
  dataDir: string,
  state: { cluster: string; isNew: boolean; kept: string | undefined },
): Promise<string> => {
  const { cluster, isNew, kept } = state
  const password = kept ?? newPassword()
  // A new cluster appears only when its password is kept already; an old one gets a lost password anew before that is kept.
  if (!isNew && kept === undefined) await resetPassword(tools, cluster, password)
  if (kept === undefined) await keepPassword(dataDir, password)
  if (isNew) await createCluster(tools, cluster, password)
  return password
}

const prepare = async (dataDir: string, { pgUser, log = () => {} }: EmbeddedPostgresOptions): Promise<Prepared> => {
  const [placement, kept, hasDeathSignal, installed] = await Promise.all([
    findCluster(dataDir),
    readPassword(dataDir),
    probeDeathSignal(),
    findBinaries(),
  ])
  const isNew = placement.owner === undefined
  if (!isNew) await retirePredecessor(placement.cluster, { dataDir, password: kept, log })
  const launcher = { user: await chooseServerUser(pgUser, placement.owner), hasDeathSignal }
  const moved: string[] = []
  const note = (sentence: string): number => moved.push(sentence)
  const [binaries, cluster] = await Promise.all([
    runnableBinaries(launcher, installed, note),
    placeCluster(launcher, { dataDir, placement, log: note }),
    removeUnfinished(placement.cluster),
  ])
  if (moved.length > 0) log(moved.join(' '))
  const tools = { launcher, binaries }
  return { ...tools, cluster, password: await furnish(tools, dataDir, { cluster, isNew, kept }) }
}

const handleOf = (postmaster: Postmaster, owner: Connection, release: () => Promise<void>): EmbeddedPostgres => {
  let isAsked = false
  const released = postmaster.gone.then(release)
  const { promise: exited, resolve: tellExit } = Promise.withResolvers<void>()
  void released.then(() => {
    if (!isAsked) tellExit()
  })
  const stop = async (): Promise<void> => {
    isAsked = true
    await postmaster.stop()
    await released
  }
  const url = `postgres://${owner.user}:${owner.password}@localhost/${owner.database}?host=${encodeURIComponent(owner.host)}&port=${owner.port}`
  return { owner, url, pid: postmaster.pid, stop, exited }
}

const serve = async (dataDir: string, options: EmbeddedPostgresOptions, unlock: () => void): Promise<EmbeddedPostgres> => {
  const { launcher, binaries, cluster, password } = await prepare(dataDir, options)
  const host = await makeSocketDirectory(launcher, dataDir)
  const release = (): Promise<void> => removeSocketDirectory(host).finally(unlock)
  try {
    const command = [binaries.postgres, ...serverArguments(cluster, host, options.settings)] as const
    const postmaster = await startPostmaster(launcher, { cluster, dataDir, command })
    return handleOf(postmaster, { host, port: 5432, database: databaseName, user: ownerName, password }, release)
  } catch (error) {
    await release()
    throw error
  }
}

/**
 * Starts PostgreSQL as a child process on the cluster of `dataDir`, which is made on the first start, and resolves when it takes
 * connections. One instance per data directory: the lock is held until the server has gone. An orphan of a killed run is shut down first.
 * Where the system can, the kernel shuts the server down when this process dies; call from the main thread.
 * Rejects with `EmbeddedPostgresFault`.
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const dataDir = resolve(options.dataDir)
  await makeDataDirectory(dataDir)
  const unlock = acquireInstanceLock(dataDir)
  try {
    return await serve(dataDir, options, unlock)
  } catch (error) {
    unlock()
    if (error instanceof EmbeddedPostgresFault) throw error
    throw new EmbeddedPostgresFault('unwritable', `The files of PostgreSQL in ${dataDir} cannot be prepared.`, error)
  }
}
