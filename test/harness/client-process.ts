import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface ClientProcess {
  /** What it has printed to standard output so far, line by line. */
  readonly lines: readonly string[]
  /** Gives it one more line to read. */
  say(line: string): void
  /** Closes its standard input and waits; resolves with all its lines, and rejects with its errors when it ended badly. */
  end(): Promise<readonly string[]>
}

export interface Program {
  readonly command: string
  readonly parameters: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** A client in a process of its own. It reads standard input to the end, so it ends at the latest with the test that started it. */
export const startClient = ({ command, parameters, env = {}, cwd }: Program): ClientProcess => {
  const child = spawn(command, parameters, { env: { ...process.env, ...env }, cwd, stdio: 'pipe' })
  const lines: string[] = []
  let errors = ''
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  // A client that has already ended takes no more lines; how it ended is told by `end`.
  child.stdin.on('error', () => undefined)
  const closed = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  closed.catch(() => undefined)
  return {
    lines,
    say: (line) => child.stdin.write(`${line}\n`),
    async end() {
      child.stdin.end()
      const code = await closed
      if (code !== 0) throw new Error(`${command} ended with ${code}:\n${lines.join('\n')}\n${errors}`)
      return lines
    },
  }
}

/** Runs a client to its end; resolves with the JSON it printed last. */
export const runClient = async (program: Program): Promise<unknown> => JSON.parse((await startClient(program).end()).at(-1) ?? 'null')
