import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const clients = fileURLToPath(new URL('../clients/python', import.meta.url))
const cache = fileURLToPath(new URL('../../.cache', import.meta.url))

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** A virtual environment with the pinned clients, made once for each list of pins and shared by all runs. */
const environment = async (): Promise<string> => {
  const pins = await readFile(join(clients, 'requirements.txt'))
  const directory = join(cache, `python-${createHash('sha256').update(pins).digest('hex').slice(0, 16)}`)
  if (await exists(join(directory, 'complete'))) return directory
  await mkdir(cache, { recursive: true })
  await rm(directory, { recursive: true, force: true })
  await run('python3', ['-m', 'venv', directory])
  await run(join(directory, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', join(clients, 'requirements.txt')])
  await run('touch', [join(directory, 'complete.draft')])
  await rename(join(directory, 'complete.draft'), join(directory, 'complete'))
  return directory
}

/** The interpreter that knows the pinned clients. */
export const pythonInterpreter = async (): Promise<string> => join(await environment(), 'bin/python')

/** Runs one of the scripts in test/clients/python with its input as environment variables; resolves with the JSON it printed last. */
export const runPython = async (script: string, input: Readonly<Record<string, string>>): Promise<unknown> => {
  const { stdout } = await run(await pythonInterpreter(), [join(clients, script)], { env: { ...process.env, ...input }, timeout: 120_000 })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null')
}
