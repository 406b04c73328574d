import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import type { Connection } from './owner-lock.ts'

/** What a process that called `startEmbeddedPostgres` told about it: the server it has, or the fault it got. */
export interface Told {
  readonly pid: number
  readonly owner: Connection
  readonly code?: string
  readonly sentence?: string
}

export interface Starter {
  readonly told: Promise<Told>
  /** Ends the process with the signal: SIGTERM stops the server properly, SIGKILL asks nobody. Resolves when the process has gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

const script = `
  import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
  try {
    const { pid, owner, stop } = await startEmbeddedPostgres({ dataDir: process.argv[1] })
    process.once('SIGTERM', stop)
    console.log(JSON.stringify({ pid, owner }))
  } catch (error) {
    console.log(JSON.stringify({ code: error.code, sentence: error.sentence }))
  }
`

/** Runs a service of which only the database is there, as another process and, if asked, another user. */
export const spawnStarter = (dataDir: string, uid?: number): Starter => {
  const identity = uid === undefined ? {} : { uid, gid: uid }
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    ...identity,
  })
  const closed = once(child, 'close')
  const told = once(createInterface({ input: child.stdout }), 'line').then(([line]): Told => JSON.parse(String(line)))
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await closed
  }
  return { told, end }
}

/** Polls until the condition holds; fails with its name after 30 s. */
export const until = async (claim: string, condition: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 30_000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within 30 s: ${claim}`)
    await setTimeout(10)
  }
}

/** Opens a connection, runs the work and closes it. Lost connections are the test's own doing and not an error. */
export const withClient = async <Result>(owner: Connection, work: (client: Client) => Promise<Result>): Promise<Result> => {
  const client = new Client({ ...owner })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/** The first column of the first row. */
export const ask = (owner: Connection, statement: string): Promise<unknown> =>
  withClient(owner, async (client) => Object.values((await client.query<Record<string, unknown>>(statement)).rows[0] ?? {})[0])
