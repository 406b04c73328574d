import { systemClock, systemRandom, type TenantId } from '@chancery/kernel'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connected, type OwnerConnection, startTestPostgres, type TestPostgres } from '../../test/harness/postgres.ts'
import { createPrincipal, furnish, newTenantId } from './contract.ts'
import { type Database, type EventStore, erasePersonal, openDatabase, postgresStore } from './index.ts'

let server: TestPostgres
let connection: OwnerConnection
let database: Database
let store: EventStore
const [acme, rival] = [newTenantId(), newTenantId()]

beforeAll(async () => {
  server = await startTestPostgres()
  connection = await server.createDatabase()
  database = await openDatabase({ connection })
  store = postgresStore({ database, clock: systemClock, random: systemRandom, announce: async () => undefined })
  await furnish(store, acme, 'acme')
  await furnish(store, rival, 'rival')
  await connected(connection, (client) =>
    client.query(
      `INSERT INTO fact_spool (epoch, tenant_id, event_id, at, fact, personal)
       SELECT 0, tenant, gen_random_uuid(), now(), '{}', '{}' FROM unnest($1::uuid[]) AS tenant`,
      [[acme, rival]],
    ),
  )
})
afterAll(async () => {
  await database.close()
  await server.stop()
})

const asOwner = (statement: string) =>
  connected(connection, async (client) => (await client.query<Record<string, unknown>>(statement)).rows)

/** Runs a statement in a transaction of its own; answers its rows, or the SQLSTATE with which it was refused. */
const tryIn = async (pool: pg.Pool, tenantId: TenantId | '', statement: string): Promise<unknown> => {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    if (tenantId !== '') await client.query(`SELECT set_config('chancery.tenant_id', $1, true)`, [tenantId])
    return (await client.query<Record<string, unknown>>(statement)).rows
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
}

const guarded = async (): Promise<string[]> => {
  const rows = await asOwner(
    `SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'`,
  )
  return rows.map(({ table_name: name }) => String(name)).sort()
}

const forbidden = '42501'

describe('row-level security', () => {
  test('stands on every table with a tenant, forced on its owner too', async () => {
    const open = await asOwner(`
      SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`)
    expect(open).toEqual([])
    expect(await guarded()).toHaveLength(12)
  })

  test('without a tenant there are no rows, and none can be written', async () => {
    for (const table of (await guarded()).filter((name) => name !== 'fact_spool')) {
      expect([table, await tryIn(database.app, '', `SELECT * FROM ${table}`)]).toEqual([table, []])
    }
    expect(await tryIn(database.audit, '', 'SELECT * FROM fact_spool')).toEqual([])
    expect(await tryIn(database.app, '', `INSERT INTO hosts (host, tenant_id) VALUES ('h', '${acme}')`)).toBe(forbidden)
  })

  test('with a tenant there are its rows only, in every table', async () => {
    for (const table of (await guarded()).filter((name) => !['fact_spool', 'operator_tokens'].includes(name))) {
      expect([table, await tryIn(database.app, acme, `SELECT DISTINCT tenant_id FROM ${table}`)]).toEqual([table, [{ tenant_id: acme }]])
    }
    expect(await tryIn(database.audit, rival, 'SELECT tenant_id FROM fact_spool')).toEqual([{ tenant_id: rival }])
    expect(await tryIn(database.app, rival, `INSERT INTO hosts (host, tenant_id) VALUES ('h', '${acme}')`)).toBe(forbidden)
    expect(await tryIn(database.app, rival, `UPDATE hosts SET tenant_id = '${acme}'`)).toBe(forbidden)
  })

  test('a pooled connection carries no tenant over, neither from a read, a change nor a failure', async () => {
    const tenants: unknown[] = []
    const note = async () =>
      tenants.push(...(await database.app.query(`SELECT nullif(current_setting('chancery.tenant_id', true), '') AS t`)).rows)
    await store.for(acme).read((reads) => reads.tenant())
    await note()
    await store.for(acme).change((unit) => createPrincipal(unit, { principalId: 'another' }))
    await note()
    await store
      .for(acme)
      .read(() => Promise.reject(new Error('fails')))
      .catch(() => undefined)
    await note()
    expect(database.app.totalCount).toBe(1)
    expect(tenants).toEqual([{ t: null }, { t: null }, { t: null }])
  })
})

describe('the log', () => {
  test('is never changed by the services’ role', async () => {
    for (const statement of [
      `UPDATE events SET data = '{}'`,
      'DELETE FROM events',
      'TRUNCATE events',
      'ALTER TABLE events DISABLE TRIGGER ALL',
    ]) {
      expect([statement, await tryIn(database.app, acme, statement)]).toEqual([statement, forbidden])
    }
  })

  test('is not changed by its owner either, but in a transaction that says it restores', async () => {
    for (const statement of [`UPDATE events SET data = '{}'`, 'DELETE FROM events', 'TRUNCATE events']) {
      expect([statement, await tryIn(database.owner, '', statement)]).toEqual([statement, '23001'])
    }
    expect(await tryIn(database.owner, '', `SELECT set_config('chancery.restore', 'on', true)`)).toHaveLength(1)
    expect(await tryIn(database.owner, '', `SET LOCAL chancery.restore = 'on'; DELETE FROM events`)).not.toBe('23001')
  })

  test('lets nobody choose a transaction, a position or an epoch', async () => {
    const columns = 'tenant_id, stream_id, version, event_id, type, data, at'
    const values = `'${acme}', 's', 1, gen_random_uuid(), 't', '{}', now()`
    expect(await tryIn(database.app, acme, `INSERT INTO events (${columns}) VALUES (${values})`)).toEqual([])
    for (const [column, value] of [
      ['tx', `'1'`],
      ['epoch', '0'],
    ]) {
      expect(await tryIn(database.app, acme, `INSERT INTO events (${columns}, ${column}) VALUES (${values}, ${value})`)).toBe(forbidden)
    }
  })

  test('shows the relay every tenant’s events and nothing that is sealed', async () => {
    expect(await tryIn(database.relay, '', 'SELECT count(DISTINCT tenant_id) AS tenants FROM events')).toEqual([{ tenants: 2 }])
    expect(await tryIn(database.relay, '', 'SELECT sealed FROM events')).toBe(forbidden)
    expect(await tryIn(database.relay, '', 'SELECT * FROM signing_keys')).toBe(forbidden)
    expect(await tryIn(database.relay, '', 'DELETE FROM fact_spool RETURNING 1 AS one')).toHaveLength(2)
  })
})

describe('the role that spools facts', () => {
  test('inserts, and does nothing else', async () => {
    const insert = `INSERT INTO fact_spool (epoch, tenant_id, event_id, at, fact, personal) VALUES (0, '${acme}', gen_random_uuid(), now(), '{}', '{}')`
    expect(await tryIn(database.facts, '', insert)).toEqual([])
    const refused = [
      'SELECT event_id FROM fact_spool',
      'DELETE FROM fact_spool',
      `UPDATE fact_spool SET fact = '{}'`,
      `${insert} RETURNING seq`,
    ]
    for (const statement of [...refused, 'SELECT * FROM events', 'SELECT * FROM tenants', `SELECT * FROM directory_changed_since('0')`]) {
      expect([statement, await tryIn(database.facts, acme, statement)]).toEqual([statement, forbidden])
    }
  })
})

describe('personal text', () => {
  test('can be erased by the services’ role and not rewritten', async () => {
    expect(await tryIn(database.app, acme, `UPDATE personal SET fields = '{"name": "x"}', erased_at = NULL`)).toBe(forbidden)
    expect(await tryIn(database.app, acme, 'DELETE FROM personal')).toBe(forbidden)
    expect(await tryIn(database.app, acme, 'UPDATE personal SET fields = NULL, erased_at = now() RETURNING 1 AS one')).not.toHaveLength(0)
  })

  test('leaves the row and the read tables when it is erased, while the principal works on under its id', async () => {
    await erasePersonal(database, acme, 'acme-p')
    await erasePersonal(database, acme, 'acme-p')
    const rows = await asOwner(
      `SELECT p.fields, r.name FROM personal p JOIN principals r USING (tenant_id, personal_id) WHERE principal_id = 'acme-p'`,
    )
    expect(rows).toEqual([{ fields: null, name: null }])
    expect(JSON.stringify(await asOwner(`SELECT * FROM events`))).not.toContain('acme-name')
    expect(await store.for(acme).read((reads) => reads.principal({ principalId: 'acme-p' }))).toMatchObject({ name: 'acme-p' })
    expect(await store.for(rival).read((reads) => reads.principal({ principalId: 'rival-p' }))).toMatchObject({ name: 'rival-name' })
  })
})
