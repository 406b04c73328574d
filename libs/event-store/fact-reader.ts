import type { TenantId } from '@chancery/kernel'
import type { Database } from './open-database.ts'
import { decodeCursor, encodeCursor, requireLimit } from './reads/page.ts'
import type { PageRequest } from './reads/tenant-reads.ts'
import { readInTenant } from './session.ts'

export interface FactPage {
  /** Whole facts, personal fields included as far as they are not erased, as JSON objects. */
  readonly items: readonly Readonly<Record<string, unknown>>[]
  /** Where to go on, also from the last page, since facts keep coming. Absent only while there has been none. */
  readonly nextCursor: string | undefined
}

/**
 * A tenant's facts that have not gone to the ledger yet. A page holds facts in the order of their transactions, and only those below every
 * transaction still under way, so one that commits late is never skipped. Rejects with Fault `bad_cursor` (not retryable), or a retryable Fault
 * when the database cannot answer.
 */
export interface FactReader {
  page(tenantId: TenantId, request: PageRequest): Promise<FactPage>
}

interface FactRow {
  readonly epoch: number
  readonly tx: string
  readonly seq: number
  readonly fact: Readonly<Record<string, unknown>>
}

const statement = {
  name: 'read-facts',
  text: `
    SELECT epoch, tx::text AS tx, seq, fact || personal AS fact FROM fact_spool
    WHERE tenant_id = $1 AND (epoch, tx, seq) > ($2::integer, $3::xid8, $4::bigint)
      AND (epoch < (SELECT epoch FROM instance) OR tx < pg_snapshot_xmin(pg_current_snapshot()))
    ORDER BY epoch, tx, seq LIMIT $5`,
}

const beginning = ['-1', '0', '0'] as const

export const factReader = ({ audit }: Database): FactReader => ({
  page: async (tenantId, { limit, cursor }) => {
    requireLimit(limit)
    const [epoch, tx, seq] = cursor === undefined ? beginning : decodeCursor(cursor, ['integer', 'natural', 'natural'])
    const rows = await readInTenant(audit, tenantId, (session) => session.prepared<FactRow>(statement, [tenantId, epoch, tx, seq, limit]))
    const last = rows.at(-1)
    const nextCursor = last === undefined ? cursor : encodeCursor([String(last.epoch), last.tx, String(last.seq)])
    return { items: rows.map(({ fact }) => fact), nextCursor }
  },
})
