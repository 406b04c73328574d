import { asId, Fault, systemClock, systemRandom, type TenantId } from '@chancery/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connected, type OwnerConnection, startTestPostgres, type TestPostgres } from '../../test/harness/postgres.ts'
import { createPrincipal, createTenant, createWorkspace, newTenantId, setRoles } from './contract.ts'
import { type Database, type EventStore, type FeedEvent, feed, openDatabase, postgresStore, tenantDirectory } from './index.ts'

let server: TestPostgres
let connection: OwnerConnection
let databases: Database[]
let database: Database

beforeAll(async () => {
  server = await startTestPostgres()
  connection = await server.createDatabase()
  database = await openDatabase({ connection })
  databases = [database, await openDatabase({ connection }), await openDatabase({ connection })]
})
afterAll(async () => {
  await Promise.all(databases.map((each) => each.close()))
  await server.stop()
})

const storeOn = (on: Database): EventStore =>
  postgresStore({ database: on, clock: systemClock, random: systemRandom, announce: async () => undefined })

/** The whole feed from the beginning, in pages smaller than it. */
const wholeFeed = async (): Promise<FeedEvent[]> => {
  const events: FeedEvent[] = []
  let cursor: string | undefined
  for (;;) {
    const page = await feed(database).page(cursor, 50)
    events.push(...page.events)
    if (page.events.length === 0) return events
    cursor = page.cursor
  }
}

const untilDone = async (attempt: () => Promise<unknown>): Promise<void> => {
  for (;;) {
    try {
      await attempt()
      return
    } catch (error) {
      // Sixty-four writers wait longer for a connection than a caller would; the append is repeated by its ids.
      if (!(error instanceof Fault) || !error.retryable) throw error
    }
  }
}

/** Takes as long between two steps as `turns` reads of the tenant. */
const dawdle = async (reads: { tenant(): Promise<unknown> }): Promise<void> => {
  const turns = Math.floor(Math.random() * 4)
  for (let turn = 0; turn < turns; turn += 1) await reads.tenant()
}

const write = (writer: number, tenantId: TenantId): Promise<void> => {
  const store = storeOn(databases[writer % databases.length] ?? database)
  return untilDone(() =>
    store.for(tenantId).change(async (unit) => {
      await dawdle(unit.reads)
      await createPrincipal(unit, { principalId: `p${writer}` })
      await dawdle(unit.reads)
      await createWorkspace(unit, `w${writer}`)
      return setRoles(unit, 'everybody', [`role-${writer}`])
    }),
  )
}

describe('appends of one tenant', () => {
  test('64 writers that dawdle between lock, load and write: every event once, versions and feed in the same order', async () => {
    const tenantId = newTenantId()
    await createTenant(storeOn(database), { tenantId })
    await storeOn(database)
      .for(tenantId)
      .change((unit) => createPrincipal(unit, { principalId: 'everybody' }))
    // Between the load and the write of an event.
    await connected(connection, (client) =>
      client.query(`
        CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(random() * 0.004); RETURN NEW; END';
        CREATE TRIGGER dawdle BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION dawdle()`),
    )
    await Promise.all(Array.from({ length: 64 }, (_, writer) => write(writer, tenantId)))
    await connected(connection, (client) => client.query('DROP TRIGGER dawdle ON events'))

    const own = (await wholeFeed()).filter((event) => event.tenantId === tenantId)
    expect(own.map(({ tenantVersion }) => tenantVersion)).toEqual(Array.from({ length: 2 + 64 * 3 }, (_, index) => index + 1))
    expect(new Set(own.map(({ eventId }) => eventId)).size).toBe(own.length)
    const everybody = own.filter(({ streamId }) => streamId === 'principal/everybody')
    expect(everybody.map(({ version }) => version)).toEqual(Array.from({ length: 65 }, (_, index) => index + 1))
    const byVersion = [...(await feed(database).tenantPage(tenantId, 0, 100)), ...(await feed(database).tenantPage(tenantId, 100, 1_000))]
    expect(byVersion).toEqual(own)
  })
})

describe('the feed and the directory', () => {
  /** An append that has taken its transaction id and waits; `commit` lets it end. */
  const open = async (tenantId: TenantId, name: string) => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const { promise: written, resolve: tellWritten } = Promise.withResolvers<void>()
    const done = storeOn(database)
      .for(tenantId)
      .change(async (unit) => {
        const decision = await createWorkspace(unit, name)
        tellWritten()
        await released
        return decision
      })
    await written
    return {
      commit: async () => {
        release()
        await done
      },
    }
  }

  const workspacesIn = (events: readonly FeedEvent[]): unknown[] => events.map(({ data }) => data.name)

  test('a transaction that commits late comes in its place, before those that began after it', async () => {
    const [early, late] = [newTenantId(), newTenantId()]
    for (const tenantId of [early, late]) await createTenant(storeOn(database), { tenantId })
    let { cursor } = await feed(database).page(undefined, 1_000)
    const slow = await open(late, 'began-first')
    await storeOn(database)
      .for(early)
      .change((unit) => createWorkspace(unit, 'committed-first'))
    const meanwhile = await feed(database).page(cursor, 1_000)
    expect(meanwhile.events).toEqual([])
    cursor = meanwhile.cursor
    await slow.commit()
    await expect
      .poll(async () => workspacesIn((await feed(database).page(cursor, 1_000)).events))
      .toEqual(['began-first', 'committed-first'])
  })

  test('the directory answers at once what is committed, and later what committed late', async () => {
    const [early, late] = [newTenantId(), newTenantId()]
    for (const tenantId of [early, late]) await createTenant(storeOn(database), { tenantId })
    const directory = tenantDirectory(database)
    const changed = async (since: string | undefined) => {
      const { entries, cursor } = await directory.changedSince(since)
      return { workspaces: entries.flatMap(({ workspaces }) => workspaces.map(({ name }) => name)), cursor }
    }
    const start = (await directory.changedSince()).cursor
    const slow = await open(late, 'late')
    await storeOn(database)
      .for(early)
      .change((unit) => createWorkspace(unit, 'early'))
    const first = await changed(start)
    expect(first.workspaces).toContain('early')
    expect(first.workspaces).not.toContain('late')
    await slow.commit()
    expect((await changed(first.cursor)).workspaces).toContain('late')
  })

  test('a cursor of somebody’s own making is refused', async () => {
    for (const cursor of ['x', Buffer.from('["0","x","0"]').toString('base64url')]) {
      await expect(feed(database).page(cursor, 10)).rejects.toMatchObject({ code: 'bad_cursor', retryable: false })
    }
    await expect(feed(database).tenantPage(asId<TenantId>(newTenantId()), 0, 0)).rejects.toMatchObject({ code: 'bad_cursor' })
  })
})
