import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { adminApi, createClient } from '../harness/admin-api.ts'
import { type Quickstart, type Service, startService } from '../harness/service.ts'
import { descendantsOf, isRunning, postgresOf, signalAll } from './process-tree.ts'
import { recordedTokens } from './recorded-facts.ts'
import { runService } from './run-service.ts'
import { beginTokenRequest, quickstartClient, quickstartToken, requestToken, tokenLoad } from './token-client.ts'

describe('a stop and the start after it', { timeout: 60_000 }, () => {
  let dataDir: string
  let service: Service

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'chancery-stop-'))
    service = await startService({ dataDir })
  }, 120_000)

  afterAll(async () => {
    await service.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  const processes = (): number[] => [service.pid, ...descendantsOf(service.pid)]

  const file = (): string => join(dataDir, 'quickstart.json')

  const written = async (): Promise<Quickstart> => JSON.parse(await readFile(file(), 'utf8'))

  const expectGone = (pids: readonly number[]) => expect.poll(() => pids.filter(isRunning), { timeout: 10_000 }).toEqual([])

  const restart = async (): Promise<void> => {
    service.kill('SIGTERM')
    expect(await service.exited).toBe(0)
    service = await startService({ dataDir })
  }

  test('SIGTERM answers every request that is under way, ends with 0 and leaves no process behind', async () => {
    const { token_url, base_url } = service.quickstart
    const before = processes()
    const postgres = postgresOf(service.pid).all
    expect(before).toEqual(expect.arrayContaining([...postgres]))
    // While Postgres stands still no request can be over. What was sent before it answers others, on connections opened later, it has taken in.
    signalAll(postgres, 'SIGSTOP')
    onTestFinished(() => signalAll(postgres, 'SIGCONT'))
    const underWay = Array.from({ length: 20 }, () => beginTokenRequest(token_url, quickstartClient(service.quickstart)))
    await Promise.all(underWay.map(({ sent }) => sent))
    for (let time = 0; time < 2; time += 1) expect((await fetch(`${base_url}/healthz`)).status).toBe(200)
    service.kill('SIGTERM')
    // Asked twice, as by a terminal and by npm at once.
    service.kill('SIGTERM')
    signalAll(postgres, 'SIGCONT')
    const answers = await Promise.all(underWay.map(({ answered }) => answered))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(await service.exited).toBe(0)
    await expectGone(before)
    service = await startService({ dataDir })
    const recorded = await recordedTokens(service.quickstart)
    expect(answers.filter(({ jti = '' }) => !recorded.has(jti))).toEqual([])
  })

  test('clients that do not stop asking cannot keep it from stopping, and are refused nothing', async () => {
    const load = tokenLoad(service.quickstart.token_url, quickstartClient(service.quickstart), 16)
    await expect.poll(() => load.answers.length, { timeout: 20_000 }).toBeGreaterThan(100)
    service.kill('SIGTERM')
    expect(await service.exited).toBe(0)
    expect(new Set((await load.end()).map(({ status }) => status))).toEqual(new Set([200]))
    service = await startService({ dataDir })
  })

  test.each(['first', 'later'])('SIGTERM during a %s start ends it with 0 and spoils nothing', async (which) => {
    const directory = which === 'first' ? join(dataDir, 'first') : dataDir
    if (which === 'later') await service.stop()
    const starting = runService({ env: { CHANCERY_DATA_DIR: directory } })
    onTestFinished(() => void starting.child.kill('SIGKILL'))
    const pid = starting.child.pid ?? 0
    await expect.poll(() => descendantsOf(pid).length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(0)
    const before = [pid, ...descendantsOf(pid)]
    starting.child.kill('SIGTERM')
    expect(await starting.ended).toBe(0)
    await expectGone(before)
    const next = await startService({ dataDir: directory })
    expect((await quickstartToken(next.quickstart)).status).toBe(200)
    if (which === 'later') service = next
    else await next.stop()
  })

  test('the next start keeps ids and secrets and rewrites the URLs to where it listens', async () => {
    const before = service.quickstart
    await restart()
    const after = service.quickstart
    const { tenant, client_id, client_secret, admin_token } = before
    expect(after).toMatchObject({ tenant, client_id, client_secret, admin_token })
    expect(after.base_url).not.toBe(before.base_url)
    expect(after.issuer).toBe(`${after.base_url}/t/${tenant}`)
    expect(after.token_url.startsWith(`${after.base_url}/`)).toBe(true)
    expect((await quickstartToken(after)).status).toBe(200)
  })

  test('quickstart.json is for its owner alone, and no draft of it stays', async () => {
    expect((await stat(file())).mode & 0o777).toBe(0o600)
    expect((await readdir(dataDir)).filter((name) => name.startsWith('quickstart.json'))).toEqual(['quickstart.json'])
  })

  test('it is whole whenever it can be seen, and has the URLs of this start before /readyz first says 200', async () => {
    const former = service.quickstart
    await service.stop()
    const starting = startService({ dataDir })
    let seen = await written()
    await expect
      .poll(
        async () => {
          seen = await written()
          expect(Object.keys(seen).toSorted()).toEqual(Object.keys(former).toSorted())
          return seen.base_url
        },
        { timeout: 30_000, interval: 1 },
      )
      .not.toBe(former.base_url)
    service = await starting
    expect(service.quickstart).toEqual(seen)
  })

  test('nothing that it prints contains a secret', async () => {
    const { client_secret, admin_token } = service.quickstart
    const client = await createClient(adminApi(service.quickstart), service.quickstart.tenant)
    await requestToken(service.quickstart.token_url, { ...client, secret: `${client.secret}x` })
    const { body } = await requestToken(service.quickstart.token_url, client)
    const keys = await Promise.all(['master.key', 'pepper.key', 'postgres.password'].map((name) => readFile(join(dataDir, name), 'utf8')))
    const printed = service.output() + (await readFile(join(dataDir, 'postgres.log'), 'utf8'))
    expect(printed).toContain('Chancery is ready')
    for (const secret of [client_secret, admin_token, client.secret, body.access_token ?? '', ...keys]) {
      expect(secret.trim()).not.toBe('')
      expect(printed.includes(secret.trim())).toBe(false)
    }
  })

  test('a deleted quickstart.json is made anew with credentials that work, for the same client', async () => {
    const before = service.quickstart
    await rm(file())
    await restart()
    const after = service.quickstart
    expect(after).toMatchObject({ tenant: before.tenant, client_id: before.client_id })
    expect((await quickstartToken(after)).status).toBe(200)
    expect((await adminApi(after).call('GET', 'tenants')).status).toBe(200)
    // Whoever has found the old file has nothing.
    expect((await requestToken(after.token_url, quickstartClient(before))).status).toBe(401)
  })

  interface AdminCall {
    readonly method: string
    readonly path: string
    readonly body?: unknown
  }

  const demoClient = async (): Promise<string> => {
    const all = `tenants/${service.quickstart.tenant}/principals`
    const found = await adminApi(service.quickstart).call<{ items: readonly { id: string }[] }>('GET', `${all}?name=quickstart`)
    return `${all}/${found.body.items[0]?.id}`
  }

  // What an operator may have done since, each on top of the one before.
  test.each<[string, () => Promise<AdminCall>]>([
    ['the demo client is disabled', async () => ({ method: 'PATCH', path: await demoClient(), body: { enabled: false } })],
    ['the demo client is deleted', async () => ({ method: 'DELETE', path: await demoClient() })],
    ['the tenant is suspended', async () => ({ method: 'PATCH', path: 'tenants/default', body: { status: 'suspended' } })],
    ['the tenant is deleted', async () => ({ method: 'DELETE', path: 'tenants/default' })],
  ])('%s: it starts all the same, with quickstart.json and without', async (_state, change) => {
    const { method, path, body } = await change()
    expect((await adminApi(service.quickstart).call(method, path, body)).status).toBeLessThan(300)
    await restart()
    await rm(file())
    await restart()
    expect((await adminApi(service.quickstart).call('GET', 'tenants')).status).toBe(200)
  })
})
