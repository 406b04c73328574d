import { sql } from 'drizzle-orm'
import type pg from 'pg'
import type { Row } from '../projections/row-change.ts'
import { principals, type ReadTable } from '../schema.ts'
import { type Session, transactionOn } from '../session.ts'
import { shadowSchema } from './compare-tables.ts'
import { applyEvents, type Touched } from './fold-rows.ts'
import { beginning, type LogPage, type LogPosition, readLog } from './log-reader.ts'

const pageSize = 2_000

/** Statements of projections name no schema; here they meet the shadows. */
export const beginInShadows = `BEGIN; SET LOCAL search_path = ${shadowSchema}, public`

/** How far the shadows have come, and which of their rows changed since they were compared. */
export interface Replay {
  readonly client: pg.ClientBase
  readonly touched: Map<ReadTable, Row[]>
  position: LogPosition
  events: number
}

export const startReplay = (client: pg.ClientBase): Replay => ({ client, touched: new Map(), position: beginning, events: 0 })

const note = ({ touched }: Replay, keys: Touched): void => {
  for (const [table, own] of keys) touched.set(table, [...(touched.get(table) ?? []), ...own])
}

/** Brings the shadows up to the feed in short transactions, each of which moves the position with its rows. Answers the events of the last page. */
export const catchUp = async (replay: Replay, onPage: () => void): Promise<number> => {
  for (;;) {
    const { page, keys } = await transactionOn(replay.client, beginInShadows, async (session) => {
      const next = await readLog(session, { after: replay.position, limit: pageSize, isWholeLogVisible: false })
      return { page: next, keys: await applyEvents(session, next.events) }
    })
    note(replay, keys)
    replay.position = page.position
    replay.events += page.events.length
    onPage()
    if (page.isLast) return page.events.length
  }
}

/**
 * What was erased while the rebuild was under way, so that no shadow keeps a name. The margin covers erasures that had begun, and so taken their
 * time, before the rebuild did.
 */
const eraseNames = async (session: Session, since: string): Promise<Touched> => {
  const rows = await session.rows<Row>(sql`
    UPDATE principals AS t SET name = NULL FROM public.personal AS p
    WHERE p.tenant_id = t.tenant_id AND p.personal_id = t.personal_id AND t.name IS NOT NULL
      AND p.erased_at >= ${since}::timestamptz - interval '1 minute'
    RETURNING t.tenant_id, t.principal_id`)
  return new Map([[principals, rows]])
}

/** The rest of the log in the transaction that shuts every append out. The replay itself moves only when `commit` is called after it. */
export const applyTail = async (replay: Replay, session: Session, since: string): Promise<{ readonly commit: () => void }> => {
  let page: LogPage = { events: [], position: replay.position, isLast: false }
  let events = 0
  while (!page.isLast) {
    page = await readLog(session, { after: page.position, limit: pageSize, isWholeLogVisible: true })
    note(replay, await applyEvents(session, page.events))
    events += page.events.length
  }
  note(replay, await eraseNames(session, since))
  const { position } = page
  const commit = (): void => {
    replay.position = position
    replay.events += events
  }
  return { commit }
}
