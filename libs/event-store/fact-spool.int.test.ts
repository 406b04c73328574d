import type { TenantId } from '@chancery/kernel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connected, type OwnerConnection, startTestPostgres, type TestPostgres } from '../../test/harness/postgres.ts'
import { newTenantId } from './contract.ts'
import { type Database, factReader, factSpool, openDatabase, type SpooledFact } from './index.ts'

let server: TestPostgres
let connection: OwnerConnection
let database: Database
let tenantId: TenantId

beforeAll(async () => {
  server = await startTestPostgres()
  connection = await server.createDatabase()
  database = await openDatabase({ connection })
})
beforeEach(() => {
  tenantId = newTenantId()
})
afterAll(async () => {
  await database.close()
  await server.stop()
})

const fact = (jti: string, text: string = JSON.stringify({ jti })): SpooledFact => ({
  eventId: crypto.randomUUID(),
  tenantId,
  at: 1_790_000_000_123,
  fact: text,
  personal: JSON.stringify({ ip: '192.0.2.7', user_agent: null }),
})

const read = async (cursor?: string, limit = 1_000) => factReader(database).page(tenantId, { limit, cursor })
const jtis = (items: readonly Readonly<Record<string, unknown>>[]): unknown[] => items.map(({ jti }) => jti)

describe('the spool of facts', () => {
  test('holds whole batches of several tenants, and gives each tenant its own with the personal fields', async () => {
    const rival = { ...fact('theirs'), tenantId: newTenantId() }
    await factSpool(database).insert([fact('one'), rival, fact('two')])
    const { items } = await read()
    expect(items).toEqual([
      { jti: 'one', ip: '192.0.2.7', user_agent: null },
      { jti: 'two', ip: '192.0.2.7', user_agent: null },
    ])
  })

  test('takes a batch again without a second copy', async () => {
    const [first, second] = [fact('one'), fact('two')]
    await factSpool(database).insert([first])
    await factSpool(database).insert([first, second, second])
    await factSpool(database).insert([])
    expect(jtis((await read()).items)).toEqual(['one', 'two'])
  })

  test('keeps the instant of the fact', async () => {
    const kept = fact('one')
    await factSpool(database).insert([kept])
    const rows = await connected(
      connection,
      async (client) => (await client.query('SELECT at FROM fact_spool WHERE event_id = $1', [kept.eventId])).rows,
    )
    expect(rows).toEqual([{ at: new Date(kept.at) }])
  })

  test('holds text that jsonb cannot, as near as it can be held, and never fails a batch for it', async () => {
    const odd = JSON.stringify({ jti: 'odd', scope: 'a\0b\ud800c', quoted: '\\u0000' })
    await factSpool(database).insert([fact('one'), fact('odd', odd)])
    expect((await read()).items[1]).toMatchObject({ scope: 'a\uFFFDb\uFFFDc', quoted: '\\u0000' })
  })

  test('comes in pages that go on where the last one ended, also after the end', async () => {
    const nothing = await read()
    expect(nothing).toEqual({ items: [], nextCursor: undefined })
    for (const jti of ['a', 'b', 'c']) await factSpool(database).insert([fact(jti)])
    const first = await read(undefined, 2)
    const second = await read(first.nextCursor, 2)
    const third = await read(second.nextCursor, 2)
    await factSpool(database).insert([fact('d')])
    const fourth = await read(third.nextCursor, 2)
    expect([first, second, third, fourth].map(({ items }) => jtis(items))).toEqual([['a', 'b'], ['c'], [], ['d']])
  })

  test('withholds facts above a transaction still under way, so that a late one is not skipped', async () => {
    const insert = `INSERT INTO fact_spool (epoch, tenant_id, event_id, at, fact, personal) VALUES (0, $1, gen_random_uuid(), now(), '{"jti": "late"}', '{}')`
    const cursor = await connected(connection, async (late) => {
      await late.query('BEGIN')
      await late.query(insert, [tenantId])
      await factSpool(database).insert([fact('early')])
      const page = await read()
      expect(page.items).toEqual([])
      await late.query('COMMIT')
      return page.nextCursor
    })
    await expect.poll(async () => jtis((await read(cursor)).items)).toEqual(['late', 'early'])
  })

  test('refuses a cursor of somebody’s own making', async () => {
    for (const cursor of ['!', 'e30', Buffer.from('["0","1"]').toString('base64url')]) {
      await expect(read(cursor)).rejects.toMatchObject({ code: 'bad_cursor', retryable: false })
    }
    await expect(read(undefined, 1_001)).rejects.toMatchObject({ code: 'bad_cursor' })
  })
})
