import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminApi, createClient, type TestClient } from '../harness/admin-api.ts'
import { runClient, startClient } from '../harness/client-process.ts'
import { factsOf } from '../harness/facts.ts'
import { javaProgram } from '../harness/java.ts'
import { type Service, startService } from '../harness/service.ts'
import { type StubCatalog, startStubCatalog } from '../harness/stub-catalog.ts'

describe('Iceberg for Java', () => {
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

  const program = (properties: Readonly<Record<string, string>> = {}, { client_id, secret } = client) =>
    javaProgram('iceberg', 'ListNamespaces', {
      PROPERTIES: JSON.stringify({ uri: catalog.uri, credential: `${client_id}:${secret}`, ...properties }),
    })

  const listed = { namespaces: [['sales']] }

  test('gets a token by oauth2-server-uri, whose fact is on record', async () => {
    const answer = await runClient(await program({ 'oauth2-server-uri': service.quickstart.token_url, scope: 'catalog' }))
    expect(answer).toEqual(listed)
    const used = catalog.accepted.at(-1)
    expect(used).toMatchObject({ sub: client.client_id, scope: 'catalog', tid: 'default', use: 'access' })
    const facts = await factsOf(service.quickstart, client.client_id)
    expect(facts).toEqual([expect.objectContaining({ jti: used?.jti, grant: 'client_credentials', dialect: 'iceberg' })])
  })

  test('needs neither URL nor scope where the catalog lives behind the same proxy', async () => {
    const before = catalog.tokenRequests.length
    expect(await runClient(await program())).toEqual(listed)
    const [request, ...more] = catalog.tokenRequests.slice(before)
    expect(more).toEqual([])
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: client.client_id,
      client_secret: client.secret,
      scope: 'catalog',
    })
    expect(request?.headers.authorization).toBeUndefined()
  })

  test('is found by its secret alone', async () => {
    const before = catalog.tokenRequests.length
    expect(await runClient(await program({ credential: client.secret }))).toEqual(listed)
    expect(catalog.tokenRequests.slice(before).map(({ form }) => form.get('client_id'))).toEqual([null])
    expect(catalog.accepted.at(-1)).toMatchObject({ sub: client.client_id })
  })

  test('names the tenant by realm header', async () => {
    const before = catalog.tokenRequests.length
    expect(await runClient(await program({ scope: 'PRINCIPAL_ROLE:ALL', 'header.Polaris-Realm': 'default' }))).toEqual(listed)
    expect(catalog.tokenRequests.slice(before).map(({ headers }) => headers['polaris-realm'])).toEqual(['default'])
    const elsewhere = await runClient(await program({ 'header.Polaris-Realm': 'nowhere' }))
    expect(elsewhere).toMatchObject({ error: 'RESTException', message: expect.stringContaining('realm') })
  })

  test('sends a configured token as Bearer beside its credential and still gets one of its own', async () => {
    const before = catalog.tokenRequests.length
    expect(await runClient(await program({ token: 'stale' }))).toEqual(listed)
    expect(catalog.tokenRequests.slice(before).map(({ headers }) => headers.authorization)).toEqual(['Bearer stale'])
  })

  test('refreshes a short token by client_credentials, each time with its fact', async () => {
    const api = adminApi(service.quickstart)
    const brief = await createClient(api, service.quickstart.tenant)
    const policy = `tenants/${service.quickstart.tenant}/principals/${brief.id}/issuance-policy`
    expect(await api.call('PUT', policy, { access_token_ttl_seconds: 20 })).toMatchObject({ status: 200 })
    const lister = startClient(await program({ 'token-exchange-enabled': 'false' }, brief))
    const used = () => new Set(catalog.accepted.filter(({ sub }) => sub === brief.client_id).map(({ jti }) => jti))
    const listAgain = () => {
      lister.say('again')
      return used().size
    }
    await expect.poll(listAgain, { timeout: 120_000, interval: 1000 }).toBeGreaterThanOrEqual(3)
    expect(new Set(await lister.end())).toEqual(new Set([JSON.stringify(listed)]))
    const facts = await factsOf(service.quickstart, brief.client_id)
    for (const fact of facts) expect(fact).toMatchObject({ grant: 'client_credentials', granted: { ttl: 20 } })
    expect(facts.map(({ jti }) => jti)).toEqual(expect.arrayContaining([...used()]))
  })

  test('throws NotAuthorizedException for a wrong secret and says why', async () => {
    const answer = await runClient(await program({}, { ...client, secret: 'wrong' }))
    expect(answer).toMatchObject({ error: 'NotAuthorizedException', message: expect.stringContaining('invalid_client') })
  })

  test('throws BadRequestException for a scope the policy does not allow', async () => {
    const answer = await runClient(await program({ scope: 'everything' }))
    expect(answer).toMatchObject({ error: 'BadRequestException', message: expect.stringContaining('invalid_scope') })
  })
})
