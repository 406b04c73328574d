import { readdirSync } from 'node:fs'
import { systemClock, systemRandom } from '@chancery/kernel'
import { is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connected, type OwnerConnection, startTestPostgres, type TestPostgres } from '../../test/harness/postgres.ts'
import { restoredElsewhereSentence } from './cluster-identity.ts'
import { furnish, newTenantId } from './contract.ts'
import { openDatabase, postgresStore, rebuildProjections } from './index.ts'
import { roles } from './roles.ts'
import * as schema from './schema.ts'

let server: TestPostgres
let connection: OwnerConnection

beforeAll(async () => {
  server = await startTestPostgres()
})
beforeEach(async () => {
  connection = await server.createDatabase()
})
afterAll(() => server.stop())

const asOwner = (statement: string) =>
  connected(connection, async (client) => (await client.query<Record<string, unknown>>(statement)).rows)

const faultOfOpening = (options: Partial<Parameters<typeof openDatabase>[0]> = {}): Promise<unknown> =>
  openDatabase({ connection, ...options }).then(
    (database) => database.close(),
    (error: unknown) => error,
  )

describe('opening a database', () => {
  test('may happen in several processes at once, and again', async () => {
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase({ connection })))
    const again = await openDatabase({ connection })
    for (const database of [...databases, again]) {
      expect((await database.app.query('SELECT current_user AS role')).rows).toEqual([{ role: 'chancery_app' }])
      await database.close()
    }
    const migrations = readdirSync(new URL('migrations', import.meta.url)).filter((file) => file.endsWith('.sql'))
    expect(await asOwner('SELECT * FROM migrations')).toHaveLength(migrations.length)
  })

  test('takes a URL as well', async () => {
    const { user, password, database: name, host, port } = connection
    const url = `postgres://${user}:${encodeURIComponent(password)}@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}`
    const database = await openDatabase({ connection: { url } })
    expect((await database.facts.query('SELECT current_user AS role')).rows).toEqual([{ role: 'chancery_facts' }])
    await database.close()
  })

  test('is refused in another cluster, or on another timeline, with a sentence that says what to run', async () => {
    expect(await faultOfOpening()).toBeUndefined()
    for (const change of [`system_identifier = '1'`, 'timeline = 7']) {
      const [before] = await asOwner('SELECT system_identifier, timeline FROM instance')
      await asOwner(`UPDATE instance SET ${change}`)
      expect(await faultOfOpening()).toMatchObject({
        code: 'restored_elsewhere',
        retryable: false,
        cause: { message: restoredElsewhereSentence },
      })
      await asOwner(
        `UPDATE instance SET system_identifier = '${String(before?.system_identifier)}', timeline = ${String(before?.timeline)}`,
      )
    }
    expect(restoredElsewhereSentence).toContain('chancery restore finish')
    expect(await faultOfOpening()).toBeUndefined()
  })

  test('is refused where an acknowledged fact can be lost, unless that is allowed', async () => {
    await asOwner(`ALTER DATABASE ${connection.database} SET synchronous_commit = off`)
    expect(await faultOfOpening()).toMatchObject({ code: 'weak_durability', retryable: false })
    expect(await faultOfOpening({ allowWeakDurability: true })).toBeUndefined()
  })

  test('is refused without the owner’s password, from which the roles’ follow', async () => {
    expect(await faultOfOpening({ connection: { ...connection, password: '' } })).toMatchObject({ code: 'owner_password_missing' })
  })

  test('is refused while a role of the services would pass row-level security by', async () => {
    await asOwner('ALTER ROLE chancery_audit BYPASSRLS')
    expect(await faultOfOpening()).toMatchObject({ code: 'role_too_strong', retryable: false })
    await asOwner('ALTER ROLE chancery_audit NOBYPASSRLS')
  })

  test('fails with a retryable fault, and no text of the driver, while there is no server', async () => {
    const fault = await faultOfOpening({ connection: { ...connection, host: '/nowhere' } })
    expect(fault).toMatchObject({ code: 'store_unavailable', retryable: true, message: 'store_unavailable' })
    expect(fault).toMatchObject({ cause: { message: 'SQLSTATE none' } })
  })
})

describe('the services’ roles', () => {
  test('end their transactions within 5 s', async () => {
    const database = await openDatabase({ connection })
    for (const role of ['app', 'facts', 'relay', 'audit'] as const) {
      const { rows } = await database[role].query(
        `SELECT current_setting('transaction_timeout') AS whole, current_setting('idle_in_transaction_session_timeout') AS idle`,
      )
      expect(rows).toEqual([{ whole: '5s', idle: '5s' }])
    }
    await database.close()
  })

  test('are stored as verifiers that nobody can log in with', async () => {
    const database = await openDatabase({ connection })
    const rows = await asOwner(`SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'chancery\\_%'`)
    await database.close()
    expect(rows).toHaveLength(Object.keys(roles).length)
    for (const { rolpassword } of rows) {
      expect(rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/)
      const login = connected({ ...connection, user: 'chancery_app', password: String(rolpassword) }, (client) => client.query('SELECT 1'))
      await expect(login).rejects.toMatchObject({ code: '28P01' })
    }
  })
})

describe('an owner without superuser rights, as a managed Postgres gives one', () => {
  test('opens, appends, reads through the walls and rebuilds', async () => {
    await faultOfOpening()
    await asOwner(`
      DROP ROLE IF EXISTS plain_owner;
      CREATE ROLE plain_owner LOGIN CREATEROLE PASSWORD '${connection.password}';
      GRANT chancery_app, chancery_facts, chancery_relay, chancery_audit TO plain_owner WITH ADMIN OPTION`)
    const plain = { ...connection, user: 'plain_owner', database: `${connection.database}_plain` }
    await asOwner(`CREATE DATABASE ${plain.database} OWNER plain_owner`)
    const database = await openDatabase({ connection: plain })
    const store = postgresStore({ database, clock: systemClock, random: systemRandom, announce: async () => undefined })
    const [acme, rival] = [newTenantId(), newTenantId()]
    await furnish(store, acme, 'acme')
    await furnish(store, rival, 'rival')
    const report = await rebuildProjections(database, { swap: true })
    expect(report.tables.filter(({ differing }) => differing > 0)).toEqual([])
    const seen = (tenantId: typeof acme) =>
      store.for(tenantId).read(async (reads) => (await reads.principals({ limit: 9, cursor: undefined })).items)
    expect(await seen(acme)).toMatchObject([{ name: 'acme-name' }])
    expect(await seen(newTenantId())).toEqual([])
    await database.close()
    await asOwner(`DROP DATABASE ${plain.database} WITH (FORCE)`)
    await asOwner('REVOKE chancery_app, chancery_facts, chancery_relay, chancery_audit FROM plain_owner')
  })
})

describe('schema.ts', () => {
  test('names the columns and keys that the migrations make', async () => {
    await faultOfOpening()
    const columns = await asOwner(`SELECT table_name AS t, column_name AS c FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name NOT IN ('migrations') ORDER BY t, c`)
    const keys = await asOwner(`SELECT r.relname AS t, a.attname AS c FROM pg_index i JOIN pg_class r ON r.oid = i.indrelid
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
      WHERE i.indisprimary AND r.relnamespace = 'public'::regnamespace AND r.relname <> 'migrations' ORDER BY t, c`)
    const tables = Object.values(schema).flatMap((each) => (is(each, PgTable) ? [getTableConfig(each)] : []))
    const named = (pairs: { t: string; c: string }[]) =>
      pairs.sort((left, right) => (`${left.t} ${left.c}` < `${right.t} ${right.c}` ? -1 : 1))
    expect(named(tables.flatMap((table) => table.columns.map(({ name }) => ({ t: table.name, c: name }))))).toEqual(columns)
    const keyOf = (table: (typeof tables)[number]) => [
      ...table.primaryKeys.flatMap((key) => key.columns),
      ...table.columns.filter(({ primary }) => primary),
    ]
    expect(named(tables.flatMap((table) => keyOf(table).map(({ name }) => ({ t: table.name, c: name }))))).toEqual(keys)
  })
})
