import { createHash } from 'node:crypto'
import type { TenantId } from '@chancery/kernel'

/**
 * A 64-bit advisory lock for one tenant. Two tenants that share it only wait for each other. The pairs of 32 bits below are another key space.
 */
const tenantKey = (tenantId: TenantId): bigint => createHash('sha256').update(tenantId).digest().readBigInt64BE()

/** Held by every append, shared; taken exclusively by a rebuild for the moment of its swap. */
const rebuildKey = '0x6368, 2'

/** Waits for the tenant first, so that an append in the queue of a busy tenant does not hold up a rebuild. Takes no transaction id. */
export const writersLock = (tenantId: TenantId): string =>
  `SELECT pg_advisory_xact_lock(${tenantKey(tenantId)}); SELECT pg_advisory_xact_lock_shared(${rebuildKey})`

/** Waits until no append is under way, and keeps new ones waiting until its transaction ends. */
export const exclusiveLock = `SELECT pg_advisory_xact_lock(${rebuildKey})`
