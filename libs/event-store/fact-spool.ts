import type { Milliseconds } from '@chancery/kernel'
import type { Database } from './open-database.ts'
import { single } from './session.ts'

/** A fact on its way to the ledger. `fact` and `personal` are JSON objects as text; together they are the whole fact. */
export interface SpooledFact {
  readonly eventId: string
  readonly tenantId: string
  readonly at: Milliseconds
  /** Without the personal fields. */
  readonly fact: string
  /** What can be erased while the rest stands. */
  readonly personal: string
}

/**
 * `insert` resolves only when every fact of the batch is durable in Postgres. Facts whose `eventId` is there already are left alone, so a batch
 * may be sent again. Facts of different batches have no order. Rejects with a retryable Fault when the database cannot answer; the batch may
 * still have been written then.
 */
export interface FactSpool {
  insert(batch: readonly SpooledFact[]): Promise<void>
}

/**
 * The batch travels as one JSON text, into which the facts' own text is pasted: the driver copies one string instead of escaping five arrays.
 * The role may not read, so the conflict names no columns; the only one there can be is on `event_id`.
 */
const statement = {
  name: 'spool-facts',
  text: `
    INSERT INTO fact_spool (epoch, tenant_id, event_id, at, fact, personal)
    SELECT $1, tenant, event, to_timestamp(at / 1000.0), fact, personal
    FROM json_to_recordset($2::json) AS f (event uuid, tenant uuid, at bigint, fact jsonb, personal jsonb)
    ON CONFLICT DO NOTHING`,
}

const storable = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value

/** jsonb takes neither U+0000 nor half a surrogate pair, and one such fact would fail the whole batch. JSON shows both as `\u` only. */
const storableJson = (json: string): string => (json.includes('\\u') ? JSON.stringify(JSON.parse(json, storable)) : json)

const entry = ({ eventId, tenantId, at, fact, personal }: SpooledFact): string =>
  `{"event":"${eventId}","tenant":"${tenantId}","at":${at},"fact":${storableJson(fact)},"personal":${storableJson(personal)}}`

export const factSpool = ({ facts, epoch }: Database): FactSpool => ({
  insert: async (batch) => {
    if (batch.length === 0) return
    await single(facts, { ...statement, values: [epoch, `[${batch.map(entry).join(',')}]`] })
  },
})
