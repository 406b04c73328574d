import { type DomainEvent, eventSchemas, type PersonalFields, parseEvent } from '@chancery/domain'
import { asId, type Clock, type EventId, invariant, type Random, type RecordedEvent, type TenantId } from '@chancery/kernel'
import { sql } from 'drizzle-orm'
import type { Session } from './session.ts'

/** The events of one stream, folded as far as the log goes. */
export interface LoadedStream {
  readonly events: readonly DomainEvent[]
  readonly version: number
  /** Tenant version of its last event; 0 for a stream without events. */
  readonly tenantVersion: number
}

/** Sealed columns are not read: no decision rests on them. */
export const loadStream = async (session: Session, tenantId: TenantId, streamId: string): Promise<LoadedStream> => {
  const rows = await session.rows<{ type: string; data: unknown; version: number; tenantVersion: number }>(sql`
    SELECT type, data, version, coalesce(tenant_version, 0) AS "tenantVersion" FROM events
    WHERE tenant_id = ${tenantId} AND stream_id = ${streamId} ORDER BY version`)
  const last = rows.at(-1)
  return { events: rows.map(parseEvent), version: last?.version ?? 0, tenantVersion: last?.tenantVersion ?? 0 }
}

export interface Position {
  readonly tenantId: TenantId
  readonly streamId: string
  /** Of the stream, and of the tenant, before the events. */
  readonly version: number
  readonly tenantVersion: number
}

interface Record {
  readonly recorded: RecordedEvent
  readonly sealed: unknown
  readonly personal: { readonly personalId: string; readonly fields: PersonalFields } | undefined
}

const personalOf = (event: DomainEvent): Record['personal'] => {
  if (!('personal' in event) || eventSchemas.get(event.type)?.personal !== true) return undefined
  return { personalId: event.data.personalId, fields: event.personal }
}

/** Gives each event its place, id and time. */
export const record = (events: readonly DomainEvent[], at: Position, source: { clock: Clock; random: Random }): Record[] => {
  const now = source.clock.now()
  return events.map((event, index) => {
    invariant(eventSchemas.has(event.type), `${event.type} is an event of the catalog`)
    const place = { ...at, version: at.version + index + 1, tenantVersion: at.tenantVersion + index + 1 }
    const recorded = { ...place, eventId: asId<EventId>(source.random.uuid()), type: event.type, data: { ...event.data }, at: now }
    return { recorded, sealed: 'sealed' in event ? event.sealed : null, personal: personalOf(event) }
  })
}

const eventRow = ({ recorded, sealed }: Record) => ({
  tenant_id: recorded.tenantId,
  stream_id: recorded.streamId,
  version: recorded.version,
  tenant_version: recorded.tenantVersion,
  event_id: recorded.eventId,
  type: recorded.type,
  data: recorded.data,
  sealed,
  at: new Date(recorded.at).toISOString(),
})

/** Writes the events and their personal rows; answers the transaction's id. The rows travel as one JSON parameter. */
export const insertEvents = async (session: Session, records: readonly Record[]): Promise<string> => {
  const people = records.flatMap(({ recorded, personal }) =>
    personal === undefined ? [] : [{ tenant_id: recorded.tenantId, personal_id: personal.personalId, fields: personal.fields }],
  )
  if (people.length > 0) {
    await session.rows(sql`
      INSERT INTO personal (tenant_id, personal_id, fields)
      SELECT tenant_id, personal_id, fields FROM jsonb_populate_recordset(NULL::personal, ${JSON.stringify(people)}::jsonb)`)
  }
  const rows = await session.rows<{ tx: string }>(sql`
    INSERT INTO events (tenant_id, stream_id, version, tenant_version, event_id, type, data, sealed, at)
    SELECT tenant_id, stream_id, version, tenant_version, event_id, type, data, sealed, at
    FROM jsonb_populate_recordset(NULL::events, ${JSON.stringify(records.map(eventRow))}::jsonb) ORDER BY version
    RETURNING tx::text AS tx`)
  const tx = rows[0]?.tx
  invariant(rows.length === records.length && tx !== undefined, 'every event was written')
  return tx
}
