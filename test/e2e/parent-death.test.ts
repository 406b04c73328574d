import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Quickstart } from '../harness/service.ts'
import { descendantsOf, isRunning, signalAll } from './process-tree.ts'
import { removeDataDir } from './remove-data-dir.ts'
import { type Run, run } from './run-service.ts'
import { quickstartToken } from './token-client.ts'

describe('npm start', { timeout: 120_000 }, () => {
  let dataDir: string

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'chancery-npm-'))
  })

  afterEach(() => removeDataDir(dataDir))

  const start = (): { started: Run; pid: number } => {
    const started = run(['npm', 'start'], { env: { CHANCERY_DATA_DIR: dataDir } })
    const pid = started.child.pid ?? 0
    onTestFinished(() => signalAll([pid, ...descendantsOf(pid)], 'SIGKILL'))
    return { started, pid }
  }

  const status = async (): Promise<number> => {
    try {
      const quickstart: Quickstart = JSON.parse(await readFile(join(dataDir, 'quickstart.json'), 'utf8'))
      return (await quickstartToken(quickstart)).status
    } catch {
      return 0
    }
  }

  const ready = () => expect.poll(status, { timeout: 60_000, interval: 50 }).toBe(200)

  const expectGone = (pids: readonly number[]) => expect.poll(() => pids.filter(isRunning), { timeout: 10_000, interval: 20 }).toEqual([])

  test('SIGTERM to npm stops the service and its Postgres', async () => {
    const { started, pid } = start()
    await ready()
    const family = descendantsOf(pid)
    started.child.kill('SIGTERM')
    await started.ended
    await expectGone(family)
    expect(started.stderr()).not.toContain('did not stop cleanly')
  })

  test('kill -9 of npm leaves no service and no postmaster behind', async () => {
    const { started, pid } = start()
    await ready()
    const family = descendantsOf(pid)
    expect(family.length).toBeGreaterThan(3)
    started.child.kill('SIGKILL')
    await expectGone(family)
  })

  test('kill -9 of npm during the start leaves nothing behind either', async () => {
    const { started, pid } = start()
    const isServing = (): boolean => descendantsOf(pid).length > 2
    await expect.poll(isServing, { timeout: 60_000, interval: 5 }).toBe(true)
    const family = descendantsOf(pid)
    started.child.kill('SIGKILL')
    // Its streams close when the last process that could write to them has gone.
    await started.ended
    await expectGone(family)
  })

  test('kill -9 of the bootstrap alone leaves nothing behind', async () => {
    const { pid } = start()
    await ready()
    const family = descendantsOf(pid)
    const [bootstrap = 0] = family
    process.kill(bootstrap, 'SIGKILL')
    await expectGone(family)
  })
})
