import { defaultGroupCommitLimits, groupCommit } from '@chancery/bus'
import type { IssuanceFact } from '@chancery/domain'
import type { FactSpool } from '@chancery/event-store'
import type { IssuanceLog } from '@chancery/issuer'
import type { Clock, TenantId } from '@chancery/kernel'

interface SpooledFact {
  readonly eventId: string
  readonly tenantId: string
  readonly at: number
  readonly fact: string
  readonly personal: string
}

/** Address and user agent are kept beside the fact, so that they can be erased while the rest stands. */
const spooled = (tenantId: TenantId, { ip, user_agent, ...fact }: IssuanceFact, at: number): SpooledFact => ({
  eventId: fact.event_id,
  tenantId,
  at,
  fact: JSON.stringify(fact),
  personal: JSON.stringify({ ip, user_agent }),
})

/** Bytes of a fact beside its texts: ids, time, punctuation. */
const overheadBytes = 128

/** How long a failed write counts against readiness; then a token may be tried again, and says whether the log takes facts. */
const failingForMs = 10_000

export interface SpoolingLog extends IssuanceLog {
  /** Whether the last write failed, and not long ago: the database answers but keeps nothing, as with a full disk. */
  isFailing(): boolean
  drain(): Promise<void>
}

/** Facts straight into Postgres, many in one insert: durable with its commit. */
export const spoolingLog = (spool: FactSpool, clock: Clock): SpoolingLog => {
  let failedAt = Number.NEGATIVE_INFINITY
  const write = async (batch: readonly SpooledFact[]): Promise<void> => {
    try {
      await spool.insert(batch)
      failedAt = Number.NEGATIVE_INFINITY
    } catch (error) {
      failedAt = clock.monotonic()
      throw error
    }
  }
  const commits = groupCommit<SpooledFact>({
    write,
    sizeOf: ({ fact, personal }) => fact.length + personal.length + overheadBytes,
    clock,
    limits: defaultGroupCommitLimits,
  })
  return {
    append: (tenantId, fact) => commits.append(spooled(tenantId, fact, clock.now())),
    drain: () => commits.drain(),
    isFailing: () => clock.monotonic() - failedAt < failingForMs,
  }
}
