import type { ChildProcess } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { EmbeddedPostgresFault, type EmbeddedPostgresFaultCode } from './embedded-postgres-fault.ts'
import { type Launcher, launch } from './launcher.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { openServerLog, refusalIn } from './server-log.ts'

const pollMs = 5
const readyWithinMs = 60_000
const backendsGoneWithinMs = 10_000
const fastShutdownMs = 30_000
const immediateShutdownMs = 10_000

// SQLSTATEs of a refusal to start. Lock files also speak for backends of a killed server, which need a moment to notice.
const lockFileExists = 'F0001'
const unwritableStates = new Set(['53100', '42501'])

export interface Postmaster {
  readonly pid: number
  /** Resolves with the exit code when the process has gone, whoever wanted it to. */
  readonly gone: Promise<number>
  /** Fast shutdown; immediate after 30 s, killed after 10 more. Recovery makes each of them safe. */
  stop(): Promise<void>
}

export interface PostmasterOptions {
  readonly cluster: string
  readonly dataDir: string
  readonly command: readonly [string, ...string[]]
}

const goneOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', (code) => resolve(code ?? 1))
  })

const isGoneWithin = async (gone: Promise<number>, ms: number): Promise<boolean> => {
  const timer = new AbortController()
  const timeout = setTimeout(ms, false, { signal: timer.signal }).catch(() => false)
  const isGone = await Promise.race([gone.then(() => true), timeout])
  timer.abort()
  return isGone
}

const stopChild = async (child: ChildProcess, gone: Promise<number>): Promise<void> => {
  child.kill('SIGINT')
  if (await isGoneWithin(gone, fastShutdownMs)) return
  child.kill('SIGQUIT')
  if (await isGoneWithin(gone, immediateShutdownMs)) return
  child.kill('SIGKILL')
  await gone
}

/** Waits for the server to say in its pid file that it takes connections, as pg_ctl does. Returns its exit code if it leaves instead. */
const settle = async (child: ChildProcess, gone: Promise<number>, cluster: string): Promise<'ready' | 'late' | number> => {
  let exitCode: number | undefined
  void gone.then((code) => {
    exitCode = code
  })
  const deadline = performance.now() + readyWithinMs
  while (performance.now() < deadline) {
    if (exitCode !== undefined) return exitCode
    const file = await readPostmasterFile(cluster).catch(() => undefined)
    if (file?.isReady === true && file.pid === child.pid) return 'ready'
    await setTimeout(pollMs)
  }
  return 'late'
}

const faultOf = (code: EmbeddedPostgresFaultCode, sentence: string): EmbeddedPostgresFault => new EmbeddedPostgresFault(code, sentence)

const refusal = (exitCode: number, log: string, { cluster, command }: PostmasterOptions): EmbeddedPostgresFault => {
  const { state, line } = refusalIn(log)
  if (exitCode === 126 || exitCode === 127)
    return faultOf('no_binaries', `PostgreSQL (${command[0]}) does not run on this machine: ${line}`)
  if (state === lockFileExists) return faultOf('in_use', `The cluster in ${cluster} is in use by another PostgreSQL: ${line}`)
  const code = unwritableStates.has(state) ? 'unwritable' : 'corrupt'
  return faultOf(code, `PostgreSQL refuses to start on ${cluster}, no data of which were changed: ${line}`)
}

const attempt = async (launcher: Launcher, options: PostmasterOptions): Promise<Postmaster | EmbeddedPostgresFault> => {
  const log = await openServerLog(options.dataDir)
  try {
    const child = launch(launcher, options.command, ['ignore', log.fd, log.fd])
    const gone = goneOf(child)
    const settled = await settle(child, gone, options.cluster)
    if (settled === 'ready' && child.pid !== undefined) return { pid: child.pid, gone, stop: () => stopChild(child, gone) }
    if (typeof settled === 'number') return refusal(settled, await log.written(), options)
    await stopChild(child, gone)
    return faultOf('start_timeout', `PostgreSQL was not ready within ${readyWithinMs / 1000} s; ${log.path} tells what it was doing.`)
  } finally {
    await log.close()
  }
}

/** Starts the server and resolves when it takes connections. Throws `corrupt`, `in_use`, `unwritable`, `no_binaries` or `start_timeout`. */
export const startPostmaster = async (launcher: Launcher, options: PostmasterOptions): Promise<Postmaster> => {
  const deadline = performance.now() + backendsGoneWithinMs
  for (;;) {
    const result = await attempt(launcher, options)
    if (!(result instanceof EmbeddedPostgresFault)) return result
    if (result.code !== 'in_use' || performance.now() > deadline) throw result
    await setTimeout(50)
  }
}
