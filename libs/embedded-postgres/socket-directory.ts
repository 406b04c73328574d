import { chmod, chown, mkdtemp, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import type { Launcher } from './launcher.ts'
import { canReach } from './server-user.ts'

const prefix = 'chancery-pg-'
const socketName = '.s.PGSQL.5432'

// sockaddr_un takes 107 bytes on Linux and 103 on macOS.
const longestSocketPath = 103

const recordOf = (dataDir: string): string => join(dataDir, 'postgres.socket')

const hostDirectory = async (launcher: Launcher): Promise<string> => {
  const directory = resolve(tmpdir())
  const isShort = Buffer.byteLength(join(directory, `${prefix}XXXXXX`, socketName)) <= longestSocketPath
  return isShort && (launcher.user === undefined || (await canReach(launcher, directory))) ? directory : '/tmp'
}

/** Removes a socket directory of ours and nothing else: the two files PostgreSQL puts there, then the directory if that emptied it. */
export const removeSocketDirectory = async (directory: string): Promise<void> => {
  if (!basename(directory).startsWith(prefix)) return
  await Promise.all([socketName, `${socketName}.lock`].map((name) => rm(join(directory, name), { force: true }).catch(() => {})))
  await rmdir(directory).catch(() => {})
}

/** A fresh directory for the socket, 0700, the server's own. Its name is recorded, so that the start after a kill can remove it. */
export const makeSocketDirectory = async (launcher: Launcher, dataDir: string): Promise<string> => {
  const left = await readFile(recordOf(dataDir), 'utf8').catch(() => undefined)
  if (left !== undefined) await removeSocketDirectory(left.trim())
  const directory = await mkdtemp(join(await hostDirectory(launcher), prefix))
  await chmod(directory, 0o700)
  if (launcher.user !== undefined) await chown(directory, launcher.user.uid, launcher.user.gid)
  await writeFile(recordOf(dataDir), `${directory}\n`, { mode: 0o600 })
  return directory
}
