import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** The user PostgreSQL runs as when we are root, which it refuses to run as. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

/** How programs of PostgreSQL are started: as whom (undefined: as ourselves), and whether the kernel tells them of our death. */
export interface Launcher {
  readonly user: ServerUser | undefined
  readonly hasDeathSignal: boolean
}

export interface Outcome {
  /** Exit code as a shell has it: 126 and 127 mean that the program could not be run at all. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

// Of the caller's environment only what finding programs and their libraries takes: PGOPTIONS, PGPORT and the like would be obeyed.
const environment = (): NodeJS.ProcessEnv => ({
  PATH: [process.env['PATH'], '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'].filter(Boolean).join(':'),
  ...(process.env['LD_LIBRARY_PATH'] === undefined ? {} : { LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] }),
  LC_ALL: 'C',
  TZ: 'UTC',
})

/**
 * Starts a program as the launcher's user. The death signal is SIGINT: a fast shutdown to the postmaster, "clean up and leave" to initdb.
 * The kernel drops the signal on a change of uid, so setpriv sets it after its own. It belongs to the *thread* that spawned: call
 * from the main thread. A session of its own keeps a Ctrl-C in the terminal from shutting the server down before its service.
 */
export const launch = (launcher: Launcher, command: readonly [string, ...string[]], stdio: SpawnOptions['stdio']): ChildProcess => {
  const { user, hasDeathSignal } = launcher
  const [program, ...rest] = command
  // The working directory of the caller may be closed to the user we become.
  const options: SpawnOptions = { cwd: '/', env: environment(), detached: true, stdio: stdio ?? 'ignore' }
  if (!hasDeathSignal) return spawn(program, rest, user === undefined ? options : { ...options, uid: user.uid, gid: user.gid })
  const identity = user === undefined ? [] : ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups']
  return spawn('setpriv', ['--pdeathsig', 'SIGINT', ...identity, '--', program, ...rest], options)
}

/** Runs a program to its end, with `input` on its standard input. Never rejects: a program that is not there ends with code 127. */
export const run = async (launcher: Launcher, command: readonly [string, ...string[]], input = ''): Promise<Outcome> => {
  const child = launch(launcher, command, 'pipe')
  const exit = once(child, 'close')
  if (child.stdin === null || child.stdout === null || child.stderr === null) return notRun
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  try {
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), exit])
    return { code: child.exitCode ?? 1, stdout, stderr }
  } catch {
    return notRun
  }
}

const notRun: Outcome = { code: 127, stdout: '', stderr: '' }

/** util-linux has the parent-death signal since 2.33; macOS and BusyBox have none, and there the next start finds the orphan. */
export const probeDeathSignal = async (): Promise<boolean> =>
  process.platform === 'linux' && (await run({ user: undefined, hasDeathSignal: true }, ['true'])).code === 0
