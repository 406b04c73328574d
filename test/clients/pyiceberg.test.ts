import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminApi, createClient, type TestClient } from '../harness/admin-api.ts'
import { runPython } from '../harness/python.ts'
import { type Service, startService } from '../harness/service.ts'
import { type StubCatalog, startStubCatalog } from '../harness/stub-catalog.ts'

describe('PyIceberg', { timeout: 180_000 }, () => {
  let service: Service
  let catalog: StubCatalog
  let client: TestClient

  beforeAll(async () => {
    service = await startService()
    const { issuer, tenant } = service.quickstart
    catalog = await startStubCatalog(issuer, issuer)
    client = await createClient(adminApi(service.quickstart), tenant)
  }, 180_000)

  afterAll(async () => {
    await catalog.close()
    await service.stop()
  })

  const input = (extra: Readonly<Record<string, string>> = {}) => ({
    CATALOG: catalog.uri,
    TOKEN_URL: service.quickstart.token_url,
    CREDENTIAL: `${client.client_id}:${client.secret}`,
    ...extra,
  })

  test('gets a token at the start that a catalog accepts through our JWKS', async () => {
    const answer = await runPython('pyiceberg_legacy.py', input())
    expect(answer).toEqual({ namespaces: [[['sales']]] })
    expect(catalog.accepted.at(-1)).toMatchObject({
      sub: client.client_id,
      client_id: client.client_id,
      scope: 'catalog',
      tid: 'default',
      use: 'access',
    })
  })

  test('needs no oauth2-server-uri where the catalog lives behind the same proxy', async () => {
    const answer = await runPython('pyiceberg_legacy.py', input({ TOKEN_URL: `${service.quickstart.base_url}/v1/oauth/tokens` }))
    expect(answer).toEqual({ namespaces: [[['sales']]] })
  })

  test('sends its stale Bearer beside the credentials after a 401 and gets another token', async () => {
    const before = catalog.accepted.length
    catalog.failNextList(401)
    const answer = await runPython('pyiceberg_legacy.py', input({ LISTS: '2' }))
    expect(answer).toEqual({ namespaces: [[['sales']], [['sales']]] })
    expect(new Set(catalog.accepted.slice(before).map(({ jti }) => jti)).size).toBeGreaterThan(1)
  })

  test('names the tenant by realm header', async () => {
    const properties = JSON.stringify({ scope: 'PRINCIPAL_ROLE:ALL', 'header.Polaris-Realm': 'default' })
    const url = `${service.quickstart.base_url}/api/catalog/v1/oauth/tokens`
    expect(await runPython('pyiceberg_legacy.py', input({ TOKEN_URL: url, PROPERTIES: properties }))).toEqual({ namespaces: [[['sales']]] })
  })

  test('authenticates by raw Basic with its OAuth2AuthManager', async () => {
    const answer = await runPython('pyiceberg_basic.py', input())
    expect(answer).toEqual({ namespaces: [[['sales']]] })
  })

  test('reads why it was refused', async () => {
    const answer = await runPython('pyiceberg_refused.py', input({ CREDENTIAL: `${client.client_id}:wrong` }))
    expect(answer).toMatchObject({ error: 'OAuthError', message: expect.stringContaining('invalid_client') })
    const scope = await runPython('pyiceberg_refused.py', input({ SCOPE: 'everything' }))
    expect(scope).toMatchObject({ error: 'OAuthError', message: expect.stringContaining('invalid_scope') })
  })
})
