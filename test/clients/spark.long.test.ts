import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startClient } from '../harness/client-process.ts'
import { factsOf } from '../harness/facts.ts'
import { type Service, startService } from '../harness/service.ts'
import { sparkSql } from '../harness/spark.ts'
import { type StubCatalog, startStubCatalog } from '../harness/stub-catalog.ts'

/** The block below the greeting's word for Spark. */
const greeted = (output: string): string => {
  const command = /^# Spark\n((?:.+\n)+)/m.exec(output)?.[1]
  if (command === undefined) throw new Error('the greeting says nothing about Spark yet')
  return command
}

/** The block that README.md marks as Spark's. */
const documented = async (): Promise<string> => {
  const page = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const command = /^```sh spark\n(.+?)^```/ms.exec(page)?.[1]
  if (command === undefined) throw new Error('README.md shows no block for Spark')
  return command
}

describe('Spark', () => {
  let service: Service
  let catalog: StubCatalog
  let cwd: string

  beforeAll(async () => {
    service = await startService()
    catalog = await startStubCatalog(service.quickstart.issuer, service.quickstart.issuer)
    cwd = await mkdtemp(join(tmpdir(), 'chancery-spark-'))
  })

  afterAll(async () => {
    await catalog.close()
    await service.stop()
    await rm(cwd, { recursive: true, force: true })
  })

  const lists = async (command: string) => {
    const before = catalog.accepted.length
    const commandLine = command.trim().replace('https://your-catalog.example/', catalog.uri)
    const lines = await startClient(await sparkSql({ commandLine, statement: 'SHOW NAMESPACES IN c', cwd })).end()
    expect(lines).toContain('sales')
    const used = catalog.accepted.slice(before)
    expect(used.at(-1)).toMatchObject({ sub: service.quickstart.client_id, scope: 'catalog' })
    const facts = await factsOf(service.quickstart, service.quickstart.client_id)
    expect(facts.map(({ jti }) => jti)).toEqual(expect.arrayContaining(used.map(({ jti }) => jti)))
  }

  test('lists namespaces by the lines that a start prints', async () => {
    await lists(await vi.waitFor(() => greeted(service.output()), { timeout: 60_000 }))
  })

  test('lists namespaces by the lines of README.md', async () => {
    const { base_url } = service.quickstart
    const here = (await documented()).replace('http://127.0.0.1:8181', base_url).replace('./.chancery', service.dataDir)
    await lists(here)
  })
})
