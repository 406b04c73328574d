import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminApi, createClient, type TestClient } from '../harness/admin-api.ts'
import { runClient } from '../harness/client-process.ts'
import { rustProgram } from '../harness/rust.ts'
import { type Service, startService } from '../harness/service.ts'
import { type StubCatalog, startStubCatalog } from '../harness/stub-catalog.ts'

describe('Iceberg for Rust', () => {
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

  const list = async (properties: Readonly<Record<string, string>> = {}) => {
    const credential = `${client.client_id}:${client.secret}`
    return runClient(await rustProgram({ PROPERTIES: JSON.stringify({ uri: catalog.uri, credential, ...properties }) }))
  }

  test('gets a token by oauth2-server-uri that the catalog accepts', async () => {
    const before = catalog.tokenRequests.length
    expect(await list({ 'oauth2-server-uri': service.quickstart.token_url })).toEqual({ namespaces: [['sales']] })
    expect(catalog.tokenRequests).toHaveLength(before)
    expect(catalog.accepted.at(-1)).toMatchObject({ sub: client.client_id, scope: 'catalog' })
  })

  test('doubles the slash before the default path and is served there', async () => {
    expect(await list()).toEqual({ namespaces: [['sales']] })
    expect(catalog.tokenRequests.at(-1)?.path).toBe('//v1/oauth/tokens')
  })

  test('is found by its secret alone', async () => {
    expect(await list({ credential: client.secret })).toEqual({ namespaces: [['sales']] })
    expect(catalog.accepted.at(-1)).toMatchObject({ sub: client.client_id })
  })

  test('is told about a wrong secret', async () => {
    const before = catalog.accepted.length
    const answer = await list({ credential: `${client.client_id}:wrong` })
    expect(answer).toMatchObject({ message: expect.stringContaining('invalid_client') })
    expect(catalog.accepted).toHaveLength(before)
  })
})
