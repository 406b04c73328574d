import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminApi, createClient, type TestClient } from '../harness/admin-api.ts'
import { runClient } from '../harness/client-process.ts'
import { factsOf } from '../harness/facts.ts'
import { goProgram } from '../harness/go.ts'
import { type Service, startService } from '../harness/service.ts'
import { type StubCatalog, startStubCatalog } from '../harness/stub-catalog.ts'

describe('Iceberg for Go', () => {
  let service: Service
  let catalog: StubCatalog
  let client: TestClient

  beforeAll(async () => {
    service = await startService()
    const { base_url, issuer, tenant } = service.quickstart
    catalog = await startStubCatalog(issuer, issuer, { tokensFrom: base_url })
    client = await createClient(adminApi(service.quickstart), tenant)
  })

  afterAll(async () => {
    await catalog.close()
    await service.stop()
  })

  const list = async (credential: string, scope = '') =>
    runClient(await goProgram('iceberg', { CATALOG: catalog.uri, CREDENTIAL: credential, SCOPE: scope }))

  test('gets a token that the catalog accepts, whose fact is on record', async () => {
    expect(await list(`${client.client_id}:${client.secret}`)).toEqual({ namespaces: [['sales']] })
    const used = catalog.accepted.at(-1)
    expect(used).toMatchObject({ sub: client.client_id, scope: 'catalog' })
    const facts = await factsOf(service.quickstart, client.client_id)
    expect(facts.map(({ jti }) => jti)).toContain(used?.jti)
  })

  test('is found by its secret alone', async () => {
    expect(await list(client.secret)).toEqual({ namespaces: [['sales']] })
    expect(catalog.tokenRequests.at(-1)?.form.get('client_id') ?? '').toBe('')
    expect(catalog.accepted.at(-1)).toMatchObject({ sub: client.client_id })
  })

  test('says why it was refused', async () => {
    expect(await list(`${client.client_id}:wrong`)).toEqual({ error: expect.stringContaining('invalid_client') })
    expect(await list(`${client.client_id}:${client.secret}`, 'everything')).toEqual({ error: expect.stringContaining('invalid_scope') })
  })
})
