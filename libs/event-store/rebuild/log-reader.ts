import { type PersonalFields, parseEvent } from '@chancery/domain'
import { sql } from 'drizzle-orm'
import { settled } from '../feed.ts'
import type { ProjectedEvent } from '../projections/projected-event.ts'
import type { Session } from '../session.ts'

/** A place in the feed. */
export interface LogPosition {
  readonly epoch: number
  readonly tx: string
  readonly seq: number
}

export const beginning: LogPosition = { epoch: -1, tx: '0', seq: 0 }

export interface LogPage {
  readonly events: readonly ProjectedEvent[]
  readonly position: LogPosition
  readonly isLast: boolean
}

interface LogRow extends LogPosition {
  readonly tenantId: string
  readonly streamId: string
  readonly tenantVersion: number | null
  readonly type: string
  readonly data: unknown
  readonly sealed: unknown
  readonly personal: PersonalFields | null
}

/** Grants have no tenant version and no read table. */
const projected = ({ tenantVersion, ...row }: LogRow): ProjectedEvent[] => {
  if (tenantVersion === null) return []
  const { tenantId, streamId, tx, type, data } = row
  const personal = row.personal ?? undefined
  const event = parseEvent({
    type,
    data,
    ...(row.sealed === null ? {} : { sealed: row.sealed }),
    ...(personal === undefined ? {} : { personal }),
  })
  return [{ tenantId, streamId, tenantVersion, tx, event, personal }]
}

export interface LogRequest {
  readonly after: LogPosition
  readonly limit: number
  /** With every append shut out, what is visible is all there is, however many other transactions are under way. */
  readonly isWholeLogVisible: boolean
}

/** The next events in the order of the feed, with what is sealed and what is personal. */
export const readLog = async (session: Session, { after, limit, isWholeLogVisible }: LogRequest): Promise<LogPage> => {
  const rows = await session.rows<LogRow>(sql`
    SELECT e.epoch, e.tx::text AS tx, e.seq, e.tenant_id AS "tenantId", e.stream_id AS "streamId", e.tenant_version AS "tenantVersion",
      e.type, e.data, e.sealed, p.fields AS personal
    FROM (
      SELECT * FROM public.events
      WHERE (epoch, tx, seq) > (${after.epoch}::integer, ${after.tx}::xid8, ${after.seq}::bigint)
        AND ${isWholeLogVisible ? sql`true` : settled}
      ORDER BY epoch, tx, seq LIMIT ${limit}
    ) e LEFT JOIN public.personal p ON p.tenant_id = e.tenant_id AND p.personal_id = e.data ->> 'personalId'
    ORDER BY e.epoch, e.tx, e.seq`)
  const last = rows.at(-1)
  const position = last === undefined ? after : { epoch: last.epoch, tx: last.tx, seq: last.seq }
  return { events: rows.flatMap(projected), position, isLast: rows.length < limit }
}
