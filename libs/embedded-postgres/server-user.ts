import { EmbeddedPostgresFault } from './embedded-postgres-fault.ts'
import { type Launcher, run, type ServerUser } from './launcher.ts'

const ourselves: Launcher = { user: undefined, hasDeathSignal: false }

const lookUp = async (name: string): Promise<ServerUser> => {
  // `id` also knows users that come from a directory and not from /etc/passwd.
  const ids = await Promise.all(['-u', '-g'].map(async (flag) => (await run(ourselves, ['id', flag, '--', name])).stdout.trim()))
  const [uid, gid] = ids.map((id) => (/^\d+$/.test(id) ? Number(id) : undefined))
  if (uid === undefined || gid === undefined)
    throw new EmbeddedPostgresFault('unwritable', `PostgreSQL does not run as root, and the user ${name} it should run as does not exist.`)
  if (uid === 0) throw new EmbeddedPostgresFault('unwritable', `PostgreSQL does not run as root; CHANCERY_PG_USER must name another user.`)
  return { uid, gid }
}

/**
 * Whom the server runs as. Not root: ourselves (undefined). Root: the user asked for, else whoever owns the cluster already (a start
 * with sudo leaves a user's cluster to the user), else `nobody`, which has the passwd entry that initdb insists on.
 */
export const chooseServerUser = async (asked: string | undefined, owner: ServerUser | undefined): Promise<ServerUser | undefined> => {
  if (process.getuid?.() !== 0) return undefined
  if (asked === undefined && owner !== undefined && owner.uid !== 0) return owner
  return lookUp(asked ?? 'nobody')
}

/** Asks the kernel, not the mode bits, which know nothing of ACLs, mounts and name spaces. */
export const canReach = async (launcher: Launcher, directory: string): Promise<boolean> =>
  (await run(launcher, ['sh', '-c', 'cd -- "$1"', 'sh', directory])).code === 0
