import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminApi, createClient, type TestClient } from '../harness/admin-api.ts'
import { runClient } from '../harness/client-process.ts'
import { factsOf } from '../harness/facts.ts'
import { javaProgram } from '../harness/java.ts'
import { type Service, startService } from '../harness/service.ts'
import { verifyAsCatalog } from '../harness/stub-catalog.ts'

const textOf = (answer: unknown, name: string): string => {
  const found = new Map(Object.entries(answer ?? {})).get(name)
  if (typeof found !== 'string') throw new Error(`no ${name} in ${JSON.stringify(answer)}`)
  return found
}

describe("Java's OAuth clients", () => {
  let service: Service
  let client: TestClient

  beforeAll(async () => {
    service = await startService()
    client = await createClient(adminApi(service.quickstart), service.quickstart.tenant)
  })

  afterAll(() => service.stop())

  const input = (secret = client.secret) => ({
    ISSUER: service.quickstart.issuer,
    TOKEN_URL: `${service.quickstart.issuer}/oidc/v1/token`,
    CLIENT_ID: client.client_id,
    CLIENT_SECRET: secret,
  })

  const claimsOf = (token: string) => verifyAsCatalog(token, service.quickstart.issuer, service.quickstart.issuer)

  test("Unity Catalog's token provider is answered although it offers an upgrade to HTTP/2", async () => {
    const answer = await runClient(await javaProgram('unity-catalog', 'FetchToken', input()))
    expect(await claimsOf(textOf(answer, 'token'))).toMatchObject({ sub: client.client_id, scope: 'all-apis' })
    const fact = (await factsOf(service.quickstart, client.client_id)).at(-1)
    expect(fact).toMatchObject({ dialect: 'databricks', user_agent: expect.stringContaining('Java-http-client') })
  })

  test.each(['basic', 'post'])('Nimbus discovers the issuer and authenticates by %s', async (method) => {
    const answer = await runClient(await javaProgram('nimbus', 'FetchToken', { ...input(), METHOD: method }))
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'catalog' })
    expect(await claimsOf(textOf(answer, 'access_token'))).toMatchObject({ sub: client.client_id })
  })

  test.each(['basic', 'post'])('Nimbus reads an OAuth error when %s fails', async (method) => {
    const answer = await runClient(await javaProgram('nimbus', 'FetchToken', { ...input('wrong'), METHOD: method }))
    expect(answer).toMatchObject({ error: 'invalid_client' })
  })
})
