import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminApi, createClient } from '../harness/admin-api.ts'
import { runPython } from '../harness/python.ts'
import { type Service, startService } from '../harness/service.ts'
import { startStubCatalog, verifyAsCatalog } from '../harness/stub-catalog.ts'

interface Called {
  readonly status: number
  readonly authorization: string
}

const isCalled = (value: unknown): value is Called =>
  typeof value === 'object' && value !== null && 'status' in value && 'authorization' in value

describe('databricks-sdk for Python, machine to machine', { timeout: 180_000 }, () => {
  let service: Service

  beforeAll(async () => {
    service = await startService()
  }, 180_000)

  afterAll(() => service.stop())

  const call = async (host: string, audience: string, client: { client_id: string; secret: string }): Promise<Called> => {
    const workspace = await startStubCatalog(service.quickstart.issuer, audience)
    try {
      const input = { HOST: host, CATALOG: workspace.uri, CLIENT_ID: client.client_id, CLIENT_SECRET: client.secret }
      const answer = await runPython('databricks_m2m.py', input)
      if (!isCalled(answer)) throw new Error('the script printed something else')
      return answer
    } finally {
      await workspace.close()
    }
  }

  test('discovers a bare host and calls an API with the token', async () => {
    const { base_url, issuer, tenant } = service.quickstart
    const client = await createClient(adminApi(service.quickstart), tenant)
    const called = await call(base_url, issuer, client)
    expect(called.status).toBe(200)
    const claims = await verifyAsCatalog(called.authorization.replace(/^Bearer /, ''), issuer, issuer)
    expect(claims).toMatchObject({ sub: client.client_id, scope: 'all-apis' })
  })

  test("gets a workspace's own audience at the workspace's host", async () => {
    const { base_url, tenant } = service.quickstart
    const api = adminApi(service.quickstart)
    const host = new URL(base_url).host.replace('127.0.0.1', 'localhost')
    const audience = 'https://dbc-a1b2345c-d6e7.cloud.example'
    await api.create(`tenants/${tenant}/workspaces`, { name: 'analytics', audience, hosts: [host] })
    const client = await createClient(api, tenant, { workspaces: ['analytics'] })
    const called = await call(`http://${host}`, audience, client)
    expect(called.status).toBe(200)
  })
})
