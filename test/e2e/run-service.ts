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

type Command = readonly [string, ...string[]]

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Starts any command with the service's environment and waits for nothing. */
export const run = (command: Command, { env = {}, cwd = root }: RunOptions = {}): Run => {
  const [program, ...rest] = command
  const child = spawn(program, rest, {
    cwd,
    env: { ...process.env, CHANCERY_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
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

/** Takes from root what lets it pass over the permissions of files; nobody else has it. */
const boundToPermissions = (command: Command): Command =>
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--', ...command] : command

export interface ServiceOptions extends RunOptions {
  /** Whether the permissions of files hold also when the tests run as root. */
  readonly isBound?: boolean
}

/** The service itself, on the Node of this test run. */
export const runService = ({ isBound = false, ...options }: ServiceOptions = {}): Run => {
  const command = [process.execPath, `${root}services/all-in-one/main.ts`] as const
  return run(isBound ? boundToPermissions(command) : command, options)
}
