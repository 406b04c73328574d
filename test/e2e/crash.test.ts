import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminApi, adminApi, createClient, type TestClient } from '../harness/admin-api.ts'
import { type Service, startService } from '../harness/service.ts'
import { descendantsOf, isRunning, postgresOf, signalAll } from './process-tree.ts'
import { recordedTokens } from './recorded-facts.ts'
import { removeDataDir } from './remove-data-dir.ts'
import { type Load, quickstartClient, quickstartToken, requestToken, type TokenAnswer, tokenLoad } from './token-client.ts'

/** A start that has to recover is still one of seconds, also on a busy machine. */
const recoversWithinMs = 15_000

describe('kill -9 under load', { timeout: 120_000 }, () => {
  let dataDir: string
  let service: Service
  const received: TokenAnswer[] = []

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'chancery-crash-'))
    service = await startService({ dataDir })
  }, 120_000)

  afterAll(async () => {
    await service.stop()
    await removeDataDir(dataDir)
  })

  /** Creates clients one after another until the service is gone; those whose every call was answered 201. */
  const creating = async (api: AdminApi): Promise<TestClient[]> => {
    const created: TestClient[] = []
    try {
      for (;;) created.push(await createClient(api, service.quickstart.tenant))
    } catch {
      return created
    }
  }

  const killAll = async (pids: readonly number[]): Promise<void> => signalAll(pids, 'SIGKILL')

  /** While Postgres stands still nothing becomes durable, so whoever is answered now has been promised too much. */
  const killWhatStandsStill = async (pid: number, load: Load): Promise<void> => {
    signalAll(postgresOf(pid).all, 'SIGSTOP')
    const before = load.answers.length
    await expect.poll(() => load.answers.length, { timeout: 20_000 }).toBeGreaterThan(before + 40)
    await killAll([pid, ...descendantsOf(pid)])
  }

  test.each<[string, (pid: number, load: Load) => Promise<void>]>([
    ['the service', (pid) => killAll([pid])],
    ['the service and its whole Postgres', (pid) => killAll([pid, ...descendantsOf(pid)])],
    ['the service and its postmaster', (pid) => killAll([pid, postgresOf(pid).postmaster])],
    ['the service while its Postgres stands still', killWhatStandsStill],
  ])('of %s: whatever was acknowledged is there after the next start', async (_what, strike) => {
    const { quickstart, pid } = service
    const load = tokenLoad(quickstart.token_url, quickstartClient(quickstart), 16)
    const writes = Promise.all([creating(adminApi(quickstart)), creating(adminApi(quickstart))])
    await expect.poll(() => load.answers.length, { timeout: 60_000 }).toBeGreaterThan(300)
    const family = [pid, ...descendantsOf(pid)]
    await strike(pid, load)
    expect(await service.exited).toBe('SIGKILL')
    received.push(...(await load.end()).filter(({ status }) => status === 200))
    const created = (await writes).flat()
    expect(created.length).toBeGreaterThan(0)

    const began = performance.now()
    service = await startService({ dataDir })
    expect((await quickstartToken(service.quickstart)).status).toBe(200)
    expect(performance.now() - began).toBeLessThan(recoversWithinMs)
    expect(family.filter(isRunning)).toEqual([])

    const recorded = await recordedTokens(service.quickstart)
    expect(received.filter(({ jti = '' }) => !recorded.has(jti))).toEqual([])
    const tokens = await Promise.all(created.map((client) => requestToken(service.quickstart.token_url, client)))
    expect(tokens.map(({ status }) => status)).toEqual(created.map(() => 200))
  })

  test('a service that is killed leaves no postmaster behind', async () => {
    const family = descendantsOf(service.pid)
    expect(family).toContain(postgresOf(service.pid).postmaster)
    service.kill('SIGKILL')
    await service.exited
    await expect.poll(() => family.filter(isRunning), { timeout: 10_000 }).toEqual([])
  })
})
