import { readFile, stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from './app.ts'

// `chancery facts | head` closes the pipe when it has seen enough; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const run = build({
  fetch,
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  readFile: (path) => readFile(path, 'utf8'),
  fileMode: async (path) => (await stat(path)).mode & 0o777,
  now: Date.now,
  wait: (milliseconds) => wait(milliseconds),
  cwd: process.cwd(),
  repositoryRoot: fileURLToPath(new URL('../..', import.meta.url)),
  nodeVersion: process.versions.node,
})

process.exitCode = await run(process.argv.slice(2))
