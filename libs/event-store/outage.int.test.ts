import { type Fault, systemClock, systemRandom, type TenantId } from '@chancery/kernel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connected, type OwnerConnection, startTestPostgres, type TestPostgres } from '../../test/harness/postgres.ts'
import { startTcpProxy, type TcpProxy } from '../../test/harness/tcp-proxy.ts'
import { createPrincipal, createTenant, newTenantId, setRoles } from './contract.ts'
import { type Database, type EventStore, factSpool, openDatabase, postgresStore } from './index.ts'

let server: TestPostgres
let connection: OwnerConnection
let proxy: TcpProxy
let database: Database
let store: EventStore
let tenantId: TenantId
const lost: string[] = []

beforeAll(async () => {
  server = await startTestPostgres()
  connection = await server.createDatabase()
  const { host, port } = connection
  proxy = await startTcpProxy(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port })
  database = await openDatabase({
    connection: { ...connection, host: '127.0.0.1', port: proxy.port },
    log: ({ role }) => void lost.push(role),
  })
  store = postgresStore({ database, clock: systemClock, random: systemRandom, announce: async () => undefined })
})
beforeEach(async () => {
  tenantId = newTenantId()
  await createTenant(store, { tenantId })
})
afterAll(async () => {
  await proxy.pass()
  await database.close()
  await proxy.close()
  await server.stop()
})

const fact = () => ({ eventId: crypto.randomUUID(), tenantId, at: Date.now(), fact: '{}', personal: '{}' })

/** Every way into the database: a read, an append and a fact. */
const attempts = (): Promise<unknown>[] => [
  store.for(tenantId).read((reads) => reads.tenant()),
  store.for(tenantId).change((unit) => createPrincipal(unit, { principalId: crypto.randomUUID() })),
  factSpool(database).insert([fact()]),
]

const faults = async (): Promise<{ readonly found: readonly Partial<Fault>[]; readonly milliseconds: number }> => {
  const startedAt = performance.now()
  const found = await Promise.all(
    attempts().map((attempt) =>
      attempt.then(
        () => ({}),
        ({ code, retryable }: Fault) => ({ code, retryable }),
      ),
    ),
  )
  return { found, milliseconds: performance.now() - startedAt }
}

const unavailable = Array.from({ length: 3 }, () => ({ code: 'store_unavailable', retryable: true }))

const expectBack = () => expect.poll(async () => (await faults()).found, { timeout: 20_000 }).toEqual([{}, {}, {}])

describe('a store whose Postgres fails', () => {
  test('says so at once while it refuses connections, and works again by itself', async () => {
    await proxy.refuse()
    const { found, milliseconds } = await faults()
    expect(found).toEqual(unavailable)
    expect(milliseconds).toBeLessThan(2_000)
    await proxy.pass()
    await expectBack()
  })

  test('says so within seconds when it falls silent, on open connections and on new ones', async () => {
    proxy.swallow()
    for (const _ of ['open connections', 'new ones']) {
      const { found, milliseconds } = await faults()
      expect(found).toEqual(unavailable)
      expect(milliseconds).toBeLessThan(4_000)
    }
    await proxy.pass()
    await expectBack()
  })

  test('survives that every idle connection is terminated', async () => {
    await faults()
    lost.length = 0
    await connected(connection, (client) =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'chancery\\_%' AND datname = current_database()`,
      ),
    )
    await expect.poll(() => lost).toContain('chancery_app')
    await expectBack()
  })

  test('commits nothing when its connection is terminated inside an append', async () => {
    const change = store.for(tenantId).change(async (unit) => {
      await createPrincipal(unit, { principalId: 'p' })
      await connected(connection, (client) =>
        client.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND usename = 'chancery_app'`,
        ),
      )
      return setRoles(unit, 'p', ['r'])
    })
    await expect(change).rejects.toMatchObject({ code: 'store_unavailable', retryable: true })
    expect(await store.for(tenantId).read((reads) => reads.principal({ principalId: 'p' }))).toBeUndefined()
  })

  test('tells text that Postgres cannot hold from a Postgres that cannot answer', async () => {
    const change = store.for(tenantId).change((unit) => createPrincipal(unit, { principalId: 'p', name: 'a\0b' }))
    await expect(change).rejects.toMatchObject({ code: 'unstorable_text', retryable: false })
  })

  test('throws a bug of the caller as it is, and rolls back', async () => {
    const bug = new TypeError('a bug')
    const change = store.for(tenantId).change(async (unit) => {
      await createPrincipal(unit, { principalId: 'p' })
      throw bug
    })
    await expect(change).rejects.toBe(bug)
    expect(await store.for(tenantId).read((reads) => reads.principal({ principalId: 'p' }))).toBeUndefined()
  })

  test('does not take an append for committed in which a statement failed unseen', async () => {
    await store.for(tenantId).change((unit) => createPrincipal(unit, { principalId: 'first', name: 'taken' }))
    const change = store.for(tenantId).change(async (unit) => {
      await createPrincipal(unit, { principalId: 'second', name: 'taken' }).catch(() => undefined)
      return { accepted: true as const, events: [] }
    })
    await expect(change).rejects.toMatchObject({ code: 'store_refused' })
  })
})
