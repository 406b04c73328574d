import type { EventId, RecordedEvent, TenantId } from '@chancery/kernel'
import { type SQL, sql } from 'drizzle-orm'
import type { Database } from './open-database.ts'
import { decodeCursor, encodeCursor, requireLimit } from './reads/page.ts'
import { type Session, transaction, withFaults } from './session.ts'

/** An event with its place in the feed of all tenants. */
export interface FeedEvent extends Omit<RecordedEvent, 'tenantVersion'> {
  readonly epoch: number
  /** Absent for grants, which have no place in their tenant's order. */
  readonly tenantVersion: number | undefined
}

export interface FeedPage {
  readonly events: readonly FeedEvent[]
  /** Where to go on, also from the last page. Absent only while the log is empty. */
  readonly cursor: string | undefined
}

/**
 * Events in the order of their transactions, without what is sealed. A page ends below every transaction still under way, so that one that
 * commits late is never skipped; within a tenant the order is that of its versions. Rejects with Fault `bad_cursor` (not retryable), or a
 * retryable Fault when the database cannot answer.
 */
export interface Feed {
  page(cursor: string | undefined, limit: number): Promise<FeedPage>
  /** One tenant's configuration events above a tenant version. */
  tenantPage(tenantId: TenantId, after: number, limit: number): Promise<readonly FeedEvent[]>
}

interface FeedRow {
  readonly epoch: number
  readonly tenantId: TenantId
  readonly streamId: string
  readonly version: number
  readonly tenantVersion: number | null
  readonly eventId: EventId
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly at: number
  readonly tx: string
  readonly seq: number
}

const columns = sql.raw(`epoch, tenant_id AS "tenantId", stream_id AS "streamId", version, tenant_version AS "tenantVersion",
  event_id AS "eventId", type, data, (extract(epoch FROM at) * 1000)::bigint AS at, tx::text AS tx, seq`)

/** Rows that no transaction still under way can come before: earlier epochs are closed, this one is below the oldest of them. */
export const settled: SQL = sql.raw('(epoch < (SELECT epoch FROM instance) OR tx < pg_snapshot_xmin(pg_current_snapshot()))')

const feedEvent = ({ tx: _tx, seq: _seq, tenantVersion, ...event }: FeedRow): FeedEvent => ({
  ...event,
  tenantVersion: tenantVersion ?? undefined,
})

const beginning = ['-1', '0', '0'] as const

const snapshot = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'

export const feed = ({ relay }: Database): Feed => {
  const read = (work: (session: Session) => Promise<FeedRow[]>): Promise<FeedRow[]> => withFaults(transaction(relay, snapshot, work))
  return {
    page: async (cursor, limit) => {
      requireLimit(limit)
      const [epoch, tx, seq] = cursor === undefined ? beginning : decodeCursor(cursor, ['integer', 'natural', 'natural'])
      const rows = await read((session) =>
        session.rows(sql`
          SELECT ${columns} FROM events
          WHERE (epoch, tx, seq) > (${epoch}::integer, ${tx}::xid8, ${seq}::bigint) AND ${settled}
          ORDER BY epoch, tx, seq LIMIT ${limit}`),
      )
      const last = rows.at(-1)
      return {
        events: rows.map(feedEvent),
        cursor: last === undefined ? cursor : encodeCursor([String(last.epoch), last.tx, String(last.seq)]),
      }
    },
    tenantPage: async (tenantId, after, limit) => {
      requireLimit(limit)
      const rows = await read((session) =>
        session.rows(sql`
          SELECT ${columns} FROM events WHERE tenant_id = ${tenantId} AND tenant_version > ${after} ORDER BY tenant_version LIMIT ${limit}`),
      )
      return rows.map(feedEvent)
    },
  }
}
