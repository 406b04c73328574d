import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Run {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves with the exit code, or the signal's name, when the process has gone and its streams are closed. */
  readonly ended: Promise<number | string>
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly uid?: number
}

/** Starts any command with the service's environment and waits for nothing. */
export const run = (command: readonly [string, ...string[]], { env = {}, cwd = root, uid }: RunOptions = {}): Run => {
  const [program, ...rest] = command
  const identity = uid === undefined ? {} : { uid, gid: uid }
  const child = spawn(program, rest, {
    cwd,
    env: { ...process.env, CHANCERY_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...identity,
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()))
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  return { child, stdout: () => said.stdout, stderr: () => said.stderr, ended }
}

/** The service itself, on the Node of this test run. */
export const runService = (options: RunOptions = {}): Run => run([process.execPath, `${root}services/all-in-one/main.ts`], options)
