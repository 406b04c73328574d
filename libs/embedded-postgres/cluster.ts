import { chown, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { EmbeddedPostgresFault } from './embedded-postgres-fault.ts'
import { type Launcher, type Outcome, run } from './launcher.ts'

export const ownerName = 'chancery'
export const databaseName = 'chancery'

const unfinished = 'postgres.init-'

export interface ClusterTools {
  readonly launcher: Launcher
  readonly binaries: Binaries
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? ''

const refuse = (what: string, outcome: Outcome): EmbeddedPostgresFault =>
  outcome.code === 126 || outcome.code === 127
    ? new EmbeddedPostgresFault(
        'no_binaries',
        `${what}: the program does not run on this machine (${lastLine(outcome.stderr) || 'not found'}).`,
      )
    : new EmbeddedPostgresFault('unwritable', `${what}: ${lastLine(outcome.stderr) || `exit code ${outcome.code}`}.`)

/** Runs one statement on a cluster without a server. An error of the statement does not change the exit code, hence the look at the log. */
const alone = async ({ launcher, binaries }: ClusterTools, cluster: string, statement: string): Promise<Outcome> => {
  // No statement text in the log: one of the statements sets the password.
  const quiet = ['-c', 'log_min_error_statement=panic', '-c', 'log_checkpoints=off']
  const outcome = await run(launcher, [binaries.postgres, '--single', '-D', cluster, ...quiet, 'template1'], `${statement}\n`)
  return outcome.code === 0 && /(?:ERROR|FATAL|PANIC): /.test(outcome.stderr) ? { ...outcome, code: 1 } : outcome
}

const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

const fill = async (tools: ClusterTools, directory: string, password: string): Promise<string> => {
  const { launcher, binaries } = tools
  const cluster = join(directory, 'cluster')
  const passwordFile = await open(join(directory, 'password'), 'wx', 0o600)
  await passwordFile.writeFile(password)
  if (launcher.user !== undefined) await passwordFile.chown(launcher.user.uid, launcher.user.gid)
  await passwordFile.close()
  // The built-in provider and locale C are part of the server, so the cluster starts on a machine that has no locales at all.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const owner = [`--username=${ownerName}`, '--auth=scram-sha-256', `--pwfile=${join(directory, 'password')}`]
  const made = await run(launcher, [binaries.initdb, '-D', cluster, '--no-sync', ...locale, ...owner])
  if (made.code !== 0) throw refuse('initdb could not make a cluster', made)
  const named = await alone(tools, cluster, `alter database postgres rename to ${databaseName}`)
  if (named.code !== 0) throw refuse('The database could not be made', named)
  const synced = await run(launcher, [binaries.initdb, '--sync-only', '-D', cluster])
  if (synced.code !== 0) throw refuse('The new cluster could not be written to disk', synced)
  return cluster
}

/**
 * Makes a cluster with the database and the owner's password in it. It is made beside its place, written to disk once, whole, and then
 * renamed: whatever crashes in between leaves nothing that a later start could mistake for a damaged cluster.
 */
export const createCluster = async (tools: ClusterTools, cluster: string, password: string): Promise<void> => {
  const { user } = tools.launcher
  const directory = await mkdtemp(join(dirname(cluster), unfinished))
  try {
    if (user !== undefined) await chown(directory, user.uid, user.gid)
    await rename(await fill(tools, directory, password), cluster)
    await syncDirectory(dirname(cluster))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Removes what a first start left that was killed. Only under the instance lock, since it cannot tell a dead attempt from a live one. */
export const removeUnfinished = async (cluster: string): Promise<void> => {
  const entries = await readdir(dirname(cluster)).catch(() => [])
  const dead = entries.filter((name) => name.startsWith(unfinished) && name !== basename(cluster))
  await Promise.all(dead.map((name) => rm(join(dirname(cluster), name), { recursive: true, force: true })))
}

/** Gives the owner a new password when the old one is lost. The server must not run. Throws `corrupt` when the cluster cannot be opened. */
export const resetPassword = async (tools: ClusterTools, cluster: string, password: string): Promise<void> => {
  const outcome = await alone(tools, cluster, `alter role ${ownerName} password '${password}'`)
  if (outcome.code === 0) return
  throw new EmbeddedPostgresFault('corrupt', `The owner's password of the cluster in ${cluster} is lost and could not be set anew.`)
}
