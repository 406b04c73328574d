import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminApi, adminApi, createClient, createTenant, type SecretAnswer, type TestClient } from '../harness/admin-api.ts'
import { type Service, startService } from '../harness/service.ts'
import { type Credentials, requestToken, type TokenAnswer, tokenLoad } from './token-client.ts'

const crowd = 50

describe('a change that was answered holds from the very next request', { timeout: 60_000 }, () => {
  let service: Service
  let api: AdminApi
  let tenant: string
  let client: TestClient

  beforeAll(async () => {
    service = await startService()
    api = adminApi(service.quickstart)
    tenant = await createTenant(api)
    client = await createClient(api, tenant)
  }, 120_000)

  afterAll(() => service.stop())

  const tokenUrl = (): string => `${service.quickstart.base_url}/t/${tenant}/v1/oauth/tokens`
  const ask = (credentials: Credentials): Promise<TokenAnswer> => requestToken(tokenUrl(), credentials)

  const change = async (method: string, path: string, body?: unknown): Promise<void> => {
    const { status } = await api.call(method, path, body)
    expect(status).toBeLessThan(300)
  }

  const principal = ({ id }: TestClient): string => `tenants/${tenant}/principals/${id}`

  /** Under requests that never pause: all that start after the answer are refused, as an unknown client is, and so is a crowd at once. */
  const expectRefusedAfter = async (credentials: Credentials, reduce: () => Promise<void>): Promise<void> => {
    const load = tokenLoad(tokenUrl(), credentials, 8)
    await expect.poll(() => load.answers.filter(({ status }) => status === 200).length, { timeout: 20_000 }).toBeGreaterThan(crowd)
    await reduce()
    const answeredAt = performance.now()
    const next = await Promise.all(Array.from({ length: crowd }, () => ask(credentials)))
    const answers = [...(await load.end()), ...next]
    for (const { startedAt, status, body } of answers) {
      if (startedAt > answeredAt) expect({ status, error: body.error }).toEqual({ status: 401, error: 'invalid_client' })
      else expect([200, 401]).toContain(status)
    }
  }

  const expectIssued = async (credentials: Credentials): Promise<void> => {
    const answers = await Promise.all(Array.from({ length: crowd }, () => ask(credentials)))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  }

  test('a disabled principal gets no further token, and gets them again when it is enabled', async () => {
    await expectRefusedAfter(client, () => change('PATCH', principal(client), { enabled: false }))
    await change('PATCH', principal(client), { enabled: true })
    await expectIssued(client)
  })

  test('a suspended tenant issues no further token, and issues them again when it is resumed', async () => {
    await expectRefusedAfter(client, () => change('PATCH', `tenants/${tenant}`, { status: 'suspended' }))
    await change('PATCH', `tenants/${tenant}`, { status: 'active' })
    await expectIssued(client)
  })

  test('a revoked secret gets no further token, while another one of the same principal does', async () => {
    const { id, secret } = await api.create<SecretAnswer>(`${principal(client)}/secrets`, {})
    const other = { client_id: client.client_id, secret }
    await expectIssued(other)
    await expectRefusedAfter(other, () => change('DELETE', `${principal(client)}/secrets/${id}`))
    await expectIssued(client)
  })

  test('a new secret works at once, for a whole crowd', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { id, secret } = await api.create<SecretAnswer>(`${principal(client)}/secrets`, {})
      await expectIssued({ client_id: client.client_id, secret })
      await change('DELETE', `${principal(client)}/secrets/${id}`)
    }
  })

  test('a new principal works at once, also one that was asked for before it was there', async () => {
    const load = tokenLoad(tokenUrl(), { client_id: crypto.randomUUID(), secret: 'unknown' }, 4)
    const created = await Promise.all(Array.from({ length: 10 }, () => createClient(api, tenant)))
    const answers = await Promise.all(created.map(ask))
    await load.end()
    expect(answers.map(({ status }) => status)).toEqual(created.map(() => 200))
  })

  test('a deleted principal gets no further token, and the same change asked for again is not refused', async () => {
    await expectRefusedAfter(client, () => change('DELETE', principal(client)))
    expect((await ask(client)).status).toBe(401)
  })
})
