import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminApi } from '../harness/admin-api.ts'
import { type Service, startService } from '../harness/service.ts'

const newKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`

describe('a master key is replaced', { timeout: 120_000 }, () => {
  let dataDir: string
  const [first, second] = [newKey('first'), newKey('second')]

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'chancery-master-key-'))
  })

  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  const token = async ({ quickstart }: Service): Promise<number> => {
    const { token_url, client_id, client_secret } = quickstart
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret })
    return (await fetch(token_url, { method: 'POST', body })).status
  }

  const during = async <Result>(masterKey: string, work: (service: Service) => Promise<Result>): Promise<Result> => {
    const service = await startService({ dataDir, env: { CHANCERY_MASTER_KEY: masterKey } })
    try {
      return await work(service)
    } finally {
      await service.stop()
    }
  }

  test('and after keys rewrap the old one can go, with the same signing keys in JWKS', async () => {
    const keyIds = async ({ quickstart }: Service) => (await fetch(`${quickstart.issuer}/.well-known/jwks.json`)).text()
    const before = await during(first, async (service) => {
      expect(await token(service)).toBe(200)
      return keyIds(service)
    })
    await during(`${second},${first}`, async (service) => {
      const rewrapped = await adminApi(service.quickstart).call('POST', 'signing-keys/rewrap')
      expect(rewrapped).toEqual({ status: 200, body: { rewrapped: 1 } })
      expect(await adminApi(service.quickstart).call('POST', 'signing-keys/rewrap')).toEqual({ status: 200, body: { rewrapped: 0 } })
    })
    await during(second, async (service) => {
      expect(await token(service)).toBe(200)
      expect(await keyIds(service)).toBe(before)
    })
  })

  test('and without the key that sealed them, no token is issued and none is lost', async () => {
    await during(newKey('stranger'), async (service) => expect(await token(service)).toBe(503))
    await during(second, async (service) => expect(await token(service)).toBe(200))
  })
})
