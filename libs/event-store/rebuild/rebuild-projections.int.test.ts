import { principals, resources, streams, workspaces } from '@chancery/domain'
import { systemClock, systemRandom, type TenantId } from '@chancery/kernel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connected, type OwnerConnection, startTestPostgres, type TestPostgres } from '../../../test/harness/postgres.ts'
import { addKey, createPrincipal, createWorkspace, furnish, issueSecret, newTenantId, setRoles } from '../contract.ts'
import {
  type Database,
  type EventStore,
  erasePersonal,
  openDatabase,
  postgresStore,
  type RebuildReport,
  rebuildProjections,
} from '../index.ts'

let server: TestPostgres
let connection: OwnerConnection
let database: Database
let store: EventStore

beforeAll(async () => {
  server = await startTestPostgres()
})
beforeEach(async () => {
  connection = await server.createDatabase()
  database = await openDatabase({ connection })
  store = postgresStore({ database, clock: systemClock, random: systemRandom, announce: async () => undefined })
  return () => database.close()
})
afterAll(() => server.stop())

const asOwner = (statement: string, values: unknown[] = []) =>
  connected(connection, async (client) => (await client.query<Record<string, unknown>>(statement, values)).rows)

const differences = ({ tables }: RebuildReport): Record<string, readonly string[]> =>
  Object.fromEntries(tables.flatMap(({ table, differences: keys }) => (keys.length > 0 ? [[table, keys]] : [])))

const rowsOf = (report: RebuildReport): Record<string, number> => Object.fromEntries(report.tables.map(({ table, rows }) => [table, rows]))

/** Everything that can happen to a row, so that the fold of a batch meets every kind of change. */
const live = async (tenantId: TenantId, prefix: string): Promise<void> => {
  await furnish(store, tenantId, prefix)
  const tenant = store.for(tenantId)
  await tenant.change((unit) => addKey(unit, `${prefix}-new`, true))
  await tenant.change((unit) => createWorkspace(unit, `${prefix}-w2`, [`${prefix}-w2.example`]))
  await tenant.change((unit) => setRoles(unit, `${prefix}-p`, ['analyst', 'auditor']))
  await tenant.change(async (unit) => {
    await createPrincipal(unit, { principalId: `${prefix}-gone`, name: `${prefix}-again` })
    await issueSecret(unit, `${prefix}-gone`, { secretId: `${prefix}-gone` })
    return unit.decide(streams.principal(`${prefix}-gone`), principals, { kind: 'delete' })
  })
  await tenant.change((unit) => createPrincipal(unit, { principalId: `${prefix}-heir`, name: `${prefix}-again` }))
}

describe('a rebuild of the read tables', () => {
  test('comes out equal to what the appends wrote', async () => {
    for (const prefix of ['a', 'b', 'c']) await live(newTenantId(), prefix)
    const report = await rebuildProjections(database, { swap: false })
    expect(differences(report)).toEqual({})
    expect(report).toMatchObject({ swapped: false, events: 45 })
    expect(rowsOf(report)).toMatchObject({ tenants: 3, hosts: 9, workspaces: 6, principals: 6, secrets: 3, signing_keys: 6 })
    expect(await asOwner(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rebuild%'`)).toEqual([])
  })

  test('names the rows that an event missing from the log would have changed', async () => {
    const tenantId = newTenantId()
    await live(tenantId, 'a')
    await connected(connection, async (client) => {
      await client.query('ALTER TABLE events DISABLE TRIGGER events_stay')
      await client.query(`DELETE FROM events WHERE type = 'principal.roles-changed.v1'`)
      await client.query('ALTER TABLE events ENABLE TRIGGER events_stay')
    })
    const report = await rebuildProjections(database, { swap: false })
    expect(differences(report)).toEqual({ principals: [`${tenantId}/a-p`] })
  })

  test('puts right what was written past the log when it is swapped in, and leaves the guards as they were', async () => {
    const tenantId = newTenantId()
    await live(tenantId, 'a')
    await asOwner(`UPDATE principals SET roles = '{admin}' WHERE principal_id = 'a-p'`)
    await asOwner(`DELETE FROM hosts WHERE host = 'a.example'`)
    const report = await rebuildProjections(database, { swap: true })
    expect(differences(report)).toEqual({ hosts: ['a.example'], principals: [`${tenantId}/a-p`] })
    expect(differences(await rebuildProjections(database, { swap: false }))).toEqual({})
    expect(await store.for(tenantId).read((reads) => reads.principal({ principalId: 'a-p' }))).toMatchObject({
      roles: ['analyst', 'auditor'],
    })
    expect(await store.for(newTenantId()).read((reads) => reads.principal({ principalId: 'a-p' }))).toBeUndefined()
    expect(await store.for(tenantId).change((unit) => setRoles(unit, 'a-p', []))).toMatchObject({ accepted: true })
    expect(await store.for(newTenantId()).change((unit) => createWorkspace(unit, 'w', ['a.example']))).toMatchObject({
      reason: 'host_taken',
    })
  })

  test('applies at the end what a transaction of somebody else keeps above the feed, removals too', async () => {
    const tenantId = newTenantId()
    await live(tenantId, 'a')
    await connected(connection, async (somebody) => {
      await somebody.query('BEGIN; SELECT pg_current_xact_id()')
      const tenant = store.for(tenantId)
      await tenant.change((unit) => unit.decide(streams.principal('a-p'), principals, { kind: 'delete' }))
      await tenant.change((unit) => unit.decide(streams.workspace('a-w'), workspaces, { kind: 'change', hosts: ['moved.example'] }))
      await tenant.change((unit) => unit.decide(streams.workspace('a-w2'), workspaces, { kind: 'delete' }))
      await tenant.change((unit) => unit.decide(streams.resource('a-r'), resources, { kind: 'remove' }))
      const report = await rebuildProjections(database, { swap: true })
      expect(differences(report)).toEqual({})
      expect(rowsOf(report)).toMatchObject({ principals: 1, secrets: 0, issuance_policies: 0, resources: 0, workspaces: 1, hosts: 2 })
      expect(await store.for(newTenantId()).change((unit) => createWorkspace(unit, 'w', ['moved.example']))).toMatchObject({
        reason: 'host_taken',
      })
      await somebody.query('ROLLBACK')
    })
  })

  test('loses nothing of what is appended, erased and read while it runs', async () => {
    const tenants = ['a', 'b', 'c', 'd'].map((prefix) => ({ prefix, tenantId: newTenantId() }))
    for (const { tenantId, prefix } of tenants) await live(tenantId, prefix)
    let isOver = false
    let appends = 0
    const write = async (tenantId: TenantId, prefix: string): Promise<void> => {
      for (let n = 0; !isOver; n += 1) {
        const change = await store.for(tenantId).change(async (unit) => {
          await createPrincipal(unit, { principalId: `${prefix}-${n}` })
          return setRoles(unit, `${prefix}-p`, [`role-${n}`])
        })
        expect(change.accepted).toBe(true)
        appends += 1
        const principal = await store.for(tenantId).read((reads) => reads.principal({ principalId: `${prefix}-p` }))
        expect(principal?.roles).toEqual([`role-${n}`])
      }
    }
    const writers = tenants.map(({ tenantId, prefix }) => write(tenantId, prefix))
    const erased = tenants[0]?.tenantId ?? newTenantId()
    const report = await rebuildProjections(database, {
      swap: true,
      onProgress: ({ phase }) => void (phase === 'compare' && erasePersonal(database, erased, 'a-p')),
    }).finally(() => {
      isOver = true
    })
    await Promise.all(writers)
    expect(appends).toBeGreaterThan(4)
    expect(differences(report)).toEqual({})
    expect(differences(await rebuildProjections(database, { swap: false }))).toEqual({})
    expect(await asOwner(`SELECT name FROM principals WHERE principal_id = 'a-p'`)).toEqual([{ name: null }])
  })

  test('refuses shadows that are guarded otherwise than the originals', async () => {
    await asOwner('CREATE POLICY everybody ON secrets TO chancery_app USING (true)')
    await expect(rebuildProjections(database, { swap: true })).rejects.toThrow('shadow tables are guarded as the originals')
  })

  test('runs once at a time', async () => {
    await connected(connection, async (client) => {
      await client.query('SELECT pg_advisory_lock(0x6368, 3)')
      await expect(rebuildProjections(database, { swap: false })).rejects.toMatchObject({ code: 'rebuild_running', retryable: true })
    })
    expect(await rebuildProjections(database, { swap: false })).toMatchObject({ swapped: false })
  })
})
