import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminApi, createClient, type TestClient } from '../harness/admin-api.ts'
import { runClient } from '../harness/client-process.ts'
import { goProgram } from '../harness/go.ts'
import { javaProgram } from '../harness/java.ts'
import { type Service, startService } from '../harness/service.ts'
import { type StubCatalog, startStubCatalog } from '../harness/stub-catalog.ts'

const sdks = {
  Java: (input: Readonly<Record<string, string>>) => javaProgram('databricks', 'CallWorkspace', input),
  Go: (input: Readonly<Record<string, string>>) => goProgram('databricks', input),
}

describe.each(Object.entries(sdks))('databricks-sdk for %s, machine to machine', (_language, program) => {
  let service: Service
  let workspace: StubCatalog
  let client: TestClient

  beforeAll(async () => {
    service = await startService()
    const { issuer, tenant } = service.quickstart
    workspace = await startStubCatalog(issuer, issuer)
    client = await createClient(adminApi(service.quickstart), tenant)
  })

  afterAll(async () => {
    await workspace.close()
    await service.stop()
  })

  const call = async (secret = client.secret) =>
    runClient(
      await program({
        CATALOG: workspace.uri,
        DATABRICKS_HOST: service.quickstart.base_url,
        DATABRICKS_CLIENT_ID: client.client_id,
        DATABRICKS_CLIENT_SECRET: secret,
        DATABRICKS_CONFIG_FILE: '/nonexistent',
      }),
    )

  test('discovers a bare host by its environment and calls an API with the token', async () => {
    expect(await call()).toMatchObject({ status: 200, authorization: expect.stringMatching(/^Bearer /) })
    expect(workspace.accepted.at(-1)).toMatchObject({ sub: client.client_id, scope: 'all-apis' })
  })

  test('says why it was refused', async () => {
    expect(await call('wrong')).toEqual({ error: expect.any(String), message: expect.stringContaining('invalid_client') })
  })
})
