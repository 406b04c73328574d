import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, readlink, stat, symlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { absent, EmbeddedPostgresFault } from './embedded-postgres-fault.ts'
import { type Launcher, run, type ServerUser } from './launcher.ts'
import { canReach } from './server-user.ts'
import { systemDirectory } from './system-directory.ts'

const majorVersion = '18'

/** Where the cluster is or will be, and who owns it if it is there. */
export interface Placement {
  readonly cluster: string
  readonly owner: ServerUser | undefined
}

/** Makes the data directory if need be. Others may traverse it, since the server's user has to; they cannot list it. */
export const makeDataDirectory = async (dataDir: string): Promise<void> => {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o711 })
  } catch (error) {
    throw new EmbeddedPostgresFault('unwritable', `The data directory ${dataDir} cannot be made.`, error)
  }
}

const assertOurs = (cluster: string, uid: number): void => {
  const self = process.getuid?.()
  if (self === undefined || self === 0 || self === uid) return
  throw new EmbeddedPostgresFault(
    'unwritable',
    `The cluster in ${cluster} belongs to another user (uid ${uid}); start as that user or as root.`,
  )
}

const assertVersion = async (cluster: string): Promise<void> => {
  const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  if (version === majorVersion) return
  const trouble = /^\d+$/.test(version)
    ? `The cluster in ${cluster} was made by PostgreSQL ${version} and this is PostgreSQL ${majorVersion}`
    : `${cluster} exists but is not a PostgreSQL cluster (no valid PG_VERSION)`
  throw new EmbeddedPostgresFault('corrupt', `${trouble}; nothing in it was changed.`)
}

/** The owner of what is there. Throws `corrupt` when PostgreSQL 18 cannot have written it; an empty directory (a fresh volume) counts as nothing. */
const inspect = async (cluster: string): Promise<ServerUser | undefined> => {
  const found = await stat(cluster).catch(absent)
  if (found === undefined) return undefined
  assertOurs(cluster, found.uid)
  if (found.isDirectory() && (await readdir(cluster)).length === 0) return undefined
  await assertVersion(cluster)
  return { uid: found.uid, gid: found.gid }
}

/** Finds the cluster of a data directory: in it, or where a link in it points since it was placed in the system directory. */
export const findCluster = async (dataDir: string): Promise<Placement> => {
  const home = join(dataDir, 'postgres')
  const target = await readlink(home).catch(() => undefined)
  const cluster = target === undefined ? home : resolve(dataDir, target)
  try {
    if ((await stat(dirname(cluster)).catch(absent)) === undefined)
      throw new EmbeddedPostgresFault(
        'corrupt',
        `The link ${home} leads to a cluster in ${cluster} that is gone; remove the link to start afresh.`,
      )
    return { cluster, owner: await inspect(cluster) }
  } catch (error) {
    if (error instanceof EmbeddedPostgresFault) throw error
    throw new EmbeddedPostgresFault('unwritable', `The cluster in ${cluster} cannot be read.`, error)
  }
}

/** Gives the server's group, and nobody else, the way through our own data directory. Directories above it are not ours to open. */
const admit = async (launcher: Launcher, user: ServerUser, dataDir: string): Promise<boolean> => {
  if (await canReach(launcher, dataDir)) return true
  if (!(await canReach(launcher, dirname(dataDir)))) return false
  const before = await stat(dataDir)
  await chown(dataDir, before.uid, user.gid)
  await chmod(dataDir, (before.mode & 0o777) | 0o010)
  return canReach(launcher, dataDir)
}

const moveOut = async (dataDir: string): Promise<string> => {
  // The suffix makes a fresh start of a data directory that was deleted: its link to the old cluster went with it.
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  const directory = await mkdtemp(join(await systemDirectory(), `${name}-`))
  await chmod(directory, 0o711)
  const cluster = join(directory, 'postgres')
  await symlink(cluster, join(dataDir, 'postgres'))
  return cluster
}

const placeNew = async (launcher: Launcher, user: ServerUser, options: PlaceOptions): Promise<string> => {
  const { dataDir, placement, log } = options
  if (placement.cluster !== join(dataDir, 'postgres')) return placement.cluster
  if (await admit(launcher, user, dataDir)) return placement.cluster
  const cluster = await moveOut(dataDir)
  log(`User ${user.uid}, as whom PostgreSQL runs, cannot reach ${dataDir}; its data are kept in ${cluster}.`)
  return cluster
}

const handOver = async (launcher: Launcher, user: ServerUser, { dataDir, placement }: PlaceOptions): Promise<string> => {
  const { cluster, owner } = placement
  if (owner?.uid !== user.uid)
    await run({ user: undefined, hasDeathSignal: false }, ['chown', '-R', `${user.uid}:${user.gid}`, '--', cluster])
  if (await canReach(launcher, cluster)) return cluster
  if ((await admit(launcher, user, dataDir)) && (await canReach(launcher, cluster))) return cluster
  const sentence = `User ${user.uid}, as whom PostgreSQL runs, cannot reach the cluster in ${cluster}; open the directories above it to that user.`
  throw new EmbeddedPostgresFault('unwritable', sentence)
}

export interface PlaceOptions {
  readonly dataDir: string
  readonly placement: Placement
  readonly log: (line: string) => void
}

/** Makes sure that the launcher's user owns and reaches the cluster, or the place where it will be made, and returns that place. */
export const placeCluster = async (launcher: Launcher, options: PlaceOptions): Promise<string> => {
  const { user } = launcher
  if (user === undefined) return options.placement.cluster
  return options.placement.owner === undefined ? placeNew(launcher, user, options) : handOver(launcher, user, options)
}
