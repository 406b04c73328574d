import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Quickstart {
  readonly base_url: string
  readonly tenant: string
  readonly issuer: string
  readonly token_url: string
  readonly client_id: string
  readonly client_secret: string
  readonly admin_token: string
}

export interface Service {
  readonly quickstart: Quickstart
  readonly dataDir: string
  readonly pid: number
  /** Everything the process has written to its two streams so far. */
  output(): string
  kill(signal: NodeJS.Signals): void
  /** Resolves with the exit code, or the signal's name. */
  readonly exited: Promise<number | string>
  /** SIGTERM, waits, and removes the data directory if it was made here. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly dataDir?: string
  readonly env?: Readonly<Record<string, string>>
}

const root = fileURLToPath(new URL('../..', import.meta.url))
/** As `npm start` runs it. */
const nodeOptions = ['--max-semi-space-size=8']
const readyWithinMs = 60_000

const isReady = async (dataDir: string): Promise<Quickstart | undefined> => {
  try {
    const quickstart: Quickstart = JSON.parse(await readFile(join(dataDir, 'quickstart.json'), 'utf8'))
    const answer = await fetch(`${quickstart.base_url}/readyz`, { signal: AbortSignal.timeout(2000) })
    return answer.ok ? quickstart : undefined
  } catch {
    return undefined
  }
}

const untilReady = async (dataDir: string, hasEnded: () => boolean): Promise<Quickstart | undefined> => {
  const deadline = performance.now() + readyWithinMs
  while (performance.now() < deadline && !hasEnded()) {
    const quickstart = await isReady(dataDir)
    if (quickstart !== undefined) return quickstart
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return undefined
}

/** Starts the whole service in a process of its own on a free port, and waits until it is ready. Rejects with what it printed otherwise. */
export const startService = async ({ dataDir, env = {} }: StartOptions = {}): Promise<Service> => {
  const directory = dataDir ?? (await mkdtemp(join(tmpdir(), 'chancery-service-')))
  const child = spawn(process.execPath, [...nodeOptions, join(root, 'services/all-in-one/main.ts')], {
    env: { ...process.env, CHANCERY_PORT: '0', CHANCERY_DATA_DIR: directory, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let ended = false
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exited = new Promise<number | string>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')))
  void exited.then(() => (ended = true))
  const quickstart = await untilReady(directory, () => ended)
  if (quickstart === undefined) {
    child.kill('SIGKILL')
    throw new Error(`the service did not become ready:\n${output}`)
  }
  return {
    quickstart,
    dataDir: directory,
    pid: child.pid ?? 0,
    output: () => output,
    kill: (signal) => child.kill(signal),
    exited,
    async stop() {
      child.kill('SIGTERM')
      await exited
      if (dataDir === undefined) await rm(directory, { recursive: true, force: true })
    },
  }
}
