import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Quickstart } from '../harness/service.ts'
import { descendantsOf, isRunning } from './process-tree.ts'
import { type Run, root, run } from './run-service.ts'
import { quickstartToken } from './token-client.ts'

const execute = promisify(execFile)

// As root Postgres runs as another user, whom a home of mode 0700 keeps out; without root there is no other user.
describe.skipIf(process.getuid?.() !== 0)('a clone in a home that is closed to others', { timeout: 120_000 }, () => {
  let home: string
  let clone: string

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'chancery-home-'))
    clone = join(home, 'chancery')
    await execute('git', ['clone', '--quiet', root, clone])
    const modules = [join(root, 'node_modules'), join(clone, 'node_modules')] as const
    // Links to the installed files are a copy as far as anybody can see; across file systems it takes a real one.
    await execute('cp', ['-al', ...modules]).catch(() => execute('cp', ['-a', ...modules]))
  }, 120_000)

  afterAll(async () => {
    const cluster = await readlink(join(clone, '.chancery/postgres')).catch(() => undefined)
    if (cluster !== undefined) await rm(dirname(cluster), { recursive: true, force: true })
    await rm(home, { recursive: true, force: true })
  })

  const start = (): Run => {
    const command = [join(clone, 'node_modules/node/bin/node'), 'services/all-in-one/main.ts'] as const
    const started = run([...command], { cwd: clone, env: { CHANCERY_DATA_DIR: '' } })
    onTestFinished(() => void started.child.kill('SIGTERM'))
    return started
  }

  const status = async (): Promise<number> => {
    try {
      const quickstart: Quickstart = JSON.parse(await readFile(join(clone, '.chancery/quickstart.json'), 'utf8'))
      return (await quickstartToken(quickstart)).status
    } catch {
      return 0
    }
  }

  const servesAndStops = async (): Promise<Run> => {
    const started = start()
    await expect.poll(status, { timeout: 60_000, interval: 50 }).toBe(200)
    const family = descendantsOf(started.child.pid ?? 0)
    expect(family.length).toBeGreaterThan(3)
    started.child.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    expect(family.filter(isRunning)).toEqual([])
    return started
  }

  test('starts, says in one line where the data are, serves a token and stops clean', async () => {
    expect((await stat(home)).mode & 0o777).toBe(0o700)
    const { stderr } = await servesAndStops()
    const lines = stderr().trimEnd().split('\n')
    expect(lines).toHaveLength(1)
    const cluster = await readlink(join(clone, '.chancery/postgres'))
    expect(cluster.startsWith('/var/lib/chancery/')).toBe(true)
    expect(lines[0]).toContain(cluster)
  })

  test('finds its data again, and says nothing more about them', async () => {
    const before = await readFile(join(clone, '.chancery/quickstart.json'), 'utf8')
    const { stderr } = await servesAndStops()
    expect(stderr()).toBe('')
    const secret = (text: string): unknown => JSON.parse(text).client_secret
    expect(secret(await readFile(join(clone, '.chancery/quickstart.json'), 'utf8'))).toBe(secret(before))
    expect((await stat(home)).mode & 0o777).toBe(0o700)
  })
})
