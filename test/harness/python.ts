import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cached } from './client-cache.ts'

const run = promisify(execFile)
const clients = fileURLToPath(new URL('../clients/python', import.meta.url))
const pins = join(clients, 'requirements.txt')

/** A virtual environment with the pinned clients. */
const environment = (): Promise<string> =>
  cached('python', [pins], async (directory) => {
    await run('python3', ['-m', 'venv', directory])
    await run(join(directory, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', pins])
  })

/** The interpreter that knows the pinned clients. */
export const pythonInterpreter = async (): Promise<string> => join(await environment(), 'bin/python')

/** Runs one of the scripts in test/clients/python with its input as environment variables; resolves with the JSON it printed last. */
export const runPython = async (script: string, input: Readonly<Record<string, string>>): Promise<unknown> => {
  const { stdout } = await run(await pythonInterpreter(), [join(clients, script)], { env: { ...process.env, ...input }, timeout: 120_000 })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null')
}
