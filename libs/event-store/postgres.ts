import { type Clock, type Decision, Fault, type Random, type TenantId } from '@chancery/kernel'
import type { Database } from './open-database.ts'
import { sessionReads } from './reads/session-reads.ts'
import { readInTenant, tenantSetting, transaction } from './session.ts'
import { conditionOf, faultOf, SqlFailure } from './sql-condition.ts'
import type { Change, Committed, EventStore, Unit } from './store.ts'
import { openTurns } from './turns.ts'
import { openUnit } from './unit.ts'
import { writersLock } from './writers-lock.ts'

export interface PostgresStore {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  /** Tells everyone who caches. Its failure fails the change with Fault `not_told`, while the append stays: the repeated call tells again. */
  readonly announce: (committed: Committed) => Promise<void>
}

type Work<Event, Refusal extends string> = (unit: Unit) => Promise<Decision<Event, Refusal>>

/** The lock before everything: it takes no transaction id, so ids, versions and commits of a tenant share one order. */
const begin = (tenantId: TenantId): string => `BEGIN; ${writersLock(tenantId)}; ${tenantSetting(tenantId)}`

const append = <Event, Refusal extends string>(
  { database, clock, random }: PostgresStore,
  tenantId: TenantId,
  work: Work<Event, Refusal>,
): Promise<Change<Refusal>> =>
  transaction(database.app, begin(tenantId), async (session) => {
    const open = await openUnit(session, tenantId, { clock, random })
    const decision = await work(open.unit)
    if (decision.accepted) return { accepted: true, ...open.committed() }
    session.discard()
    return { accepted: false, reason: decision.reason }
  })

const attempts = 10

/** How long an append waits for the others of its tenant inside this process, in milliseconds. */
const patience = 2_000

/** Nothing, when the append is to be decided again. */
const outcomeOf = <Refusal extends string>(error: unknown): Change<Refusal> | undefined => {
  if (!(error instanceof SqlFailure)) throw error
  const condition = conditionOf(error)
  if (condition.kind === 'fault') throw faultOf(error)
  return condition.kind === 'refused' ? { accepted: false, reason: condition.reason } : undefined
}

/** A version that another append took first is decided again; nobody outside sees that race. */
const decided = async <Event, Refusal extends string>(
  store: PostgresStore,
  tenantId: TenantId,
  work: Work<Event, Refusal>,
): Promise<Change<Refusal>> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      return await append(store, tenantId, work)
    } catch (error) {
      const outcome = outcomeOf<Refusal>(error)
      if (outcome !== undefined) return outcome
    }
  }
  throw new Fault('store_conflict', { retryable: true })
}

const tell = async ({ announce }: PostgresStore, { tenantId, versions, events }: Committed): Promise<void> => {
  try {
    await announce({ tenantId, versions, events })
  } catch (error) {
    throw new Fault('not_told', { cause: error, retryable: true })
  }
}

/** The event store on Postgres. Appends of one tenant take turns inside this process, so that they hold one connection and not all of them. */
export const postgresStore = (options: PostgresStore): EventStore => {
  const turns = openTurns(patience)
  return {
    for: (tenantId) => ({
      change: async (work) => {
        const change = await turns.take(tenantId, () => decided(options, tenantId, work))
        if (change.accepted) await tell(options, change)
        return change
      },
      read: (work) => readInTenant(options.database.app, tenantId, (session) => work(sessionReads(session, tenantId))),
    }),
  }
}
