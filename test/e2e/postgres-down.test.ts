import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { adminApi, createClient } from '../harness/admin-api.ts'
import { type Service, startService } from '../harness/service.ts'
import { isRunning, postgresOf, postmasterOf, signalAll } from './process-tree.ts'
import { recordedTokens } from './recorded-facts.ts'
import { quickstartClient, quickstartToken, requestToken, tokenLoad } from './token-client.ts'

/** The slowest answer that names a database which does not answer. */
const refusedWithinMs = 3500
/** From the new server's first sign of life to a token. */
const healsWithinMs = 10_000
/** Documents come from memory; the rest is this machine being busy. */
const atOnceMs = 1000

describe('while Postgres is away', { timeout: 120_000 }, () => {
  let service: Service

  beforeAll(async () => {
    service = await startService()
  }, 120_000)

  afterAll(() => service.stop())

  const pausePostgres = (): (() => void) => {
    const { all } = postgresOf(service.pid)
    signalAll(all, 'SIGSTOP')
    const resume = (): void => signalAll(all, 'SIGCONT')
    onTestFinished(resume)
    return resume
  }

  const timed = async (url: string): Promise<{ status: number; tookMs: number; text: string; retryAfter: string | null }> => {
    const began = performance.now()
    const answer = await fetch(url)
    const text = await answer.text()
    return { status: answer.status, tookMs: performance.now() - began, text, retryAfter: answer.headers.get('retry-after') }
  }

  const expectDocumentsAtOnce = async (): Promise<void> => {
    const { issuer, base_url } = service.quickstart
    const urls = [`${issuer}/.well-known/openid-configuration`, `${issuer}/.well-known/jwks.json`, `${base_url}/healthz`]
    for (const { status, tookMs } of await Promise.all(urls.map(timed))) {
      expect(status).toBe(200)
      expect(tookMs).toBeLessThan(atOnceMs)
    }
  }

  const expectTokens = () =>
    expect.poll(async () => (await quickstartToken(service.quickstart)).status, { timeout: 20_000, interval: 50 }).toBe(200)

  const expectRecorded = async (jtis: readonly (string | undefined)[]): Promise<void> => {
    const recorded = await recordedTokens(service.quickstart)
    expect(jtis.filter((jti = '') => !recorded.has(jti))).toEqual([])
  }

  test('a paused one: documents at once, tokens 503 in bounded time, /readyz says what is missing; then tokens again', async () => {
    const { quickstart } = service
    const known = await createClient(adminApi(quickstart), quickstart.tenant)
    const cold = await createClient(adminApi(quickstart), quickstart.tenant)
    for (let time = 0; time < 3; time += 1) expect((await requestToken(quickstart.token_url, known)).status).toBe(200)
    const resume = pausePostgres()
    await expectDocumentsAtOnce()
    const answers = await Promise.all(
      [known, cold].flatMap((client) => Array.from({ length: 12 }, () => requestToken(quickstart.token_url, client))),
    )
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
      expect(Number(answer.retryAfter)).toBeGreaterThan(0)
      expect(answer.tookMs).toBeLessThan(refusedWithinMs)
    }
    const ready = await timed(`${quickstart.base_url}/readyz`)
    expect(ready).toMatchObject({ status: 503, text: expect.stringContaining('the database does not answer') })
    expect(ready.retryAfter).not.toBeNull()
    expect(ready.tookMs).toBeLessThan(refusedWithinMs)
    await expectDocumentsAtOnce()
    resume()
    await expectTokens()
    await expect.poll(async () => (await timed(`${quickstart.base_url}/readyz`)).status, { timeout: 20_000 }).toBe(200)
    expect((await requestToken(quickstart.token_url, cold)).status).toBe(200)
  })

  test('one that is paused and resumed under load: every token received has its fact', async () => {
    const { quickstart } = service
    const load = tokenLoad(quickstart.token_url, quickstartClient(quickstart), 8)
    await expect.poll(() => load.answers.length, { timeout: 20_000 }).toBeGreaterThan(50)
    const resume = pausePostgres()
    await expect.poll(() => load.answers.some(({ status }) => status === 503), { timeout: 20_000 }).toBe(true)
    resume()
    const before = load.answers.filter(({ status }) => status === 200).length
    await expect.poll(() => load.answers.filter(({ status }) => status === 200).length, { timeout: 20_000 }).toBeGreaterThan(before + 50)
    const answers = await load.end()
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]))
    await expectRecorded(answers.filter(({ status }) => status === 200).map(({ jti }) => jti))
  })

  test.each([1, 2])('a killed one is started again by the service itself (time %i), and nothing acknowledged is lost', async () => {
    const { quickstart, pid } = service
    const { postmaster, all } = postgresOf(pid)
    const load = tokenLoad(quickstart.token_url, quickstartClient(quickstart), 8)
    await expect.poll(() => load.answers.length, { timeout: 20_000 }).toBeGreaterThan(50)
    process.kill(postmaster, 'SIGKILL')
    await expectDocumentsAtOnce()
    // Backends of the dead postmaster may still answer for a moment, and durably.
    await expect.poll(() => all.filter(isRunning), { timeout: 20_000 }).toEqual([])
    await expect.poll(() => postmasterOf(pid), { timeout: 20_000 }).toBeDefined()
    const began = performance.now()
    await expectTokens()
    expect(performance.now() - began).toBeLessThan(healsWithinMs)
    const answers = await load.end()
    for (const { status } of answers) expect([200, 503]).toContain(status)
    await expectRecorded(answers.filter(({ status }) => status === 200).map(({ jti }) => jti))
    const later = await createClient(adminApi(quickstart), quickstart.tenant)
    expect((await requestToken(quickstart.token_url, later)).status).toBe(200)
  })

  test('a backend that dies takes the owner’s lock along, which is taken again', async () => {
    const times = (words: string): number => service.output().split(words).length - 1
    const isHeld = (): boolean => times('the connection that holds the database was lost') === times('holds the database again')
    await expect.poll(isHeld, { timeout: 20_000 }).toBe(true)
    const before = times('holds the database again')
    const { postmaster, all } = postgresOf(service.pid)
    // A postmaster that loses one of its processes this way ends them all and recovers.
    process.kill(all[1] ?? 0, 'SIGKILL')
    await expect.poll(() => times('holds the database again'), { timeout: 20_000 }).toBe(before + 1)
    await expectTokens()
    expect(isHeld()).toBe(true)
    expect(postgresOf(service.pid).postmaster).toBe(postmaster)
  })

  test('after all that it stops clean, without a process or a secret left behind', async () => {
    const { all } = postgresOf(service.pid)
    service.kill('SIGTERM')
    expect(await service.exited).toBe(0)
    await expect.poll(() => all.filter(isRunning), { timeout: 10_000 }).toEqual([])
    expect(service.output().includes(service.quickstart.client_secret)).toBe(false)
  })
})
