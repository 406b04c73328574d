import { streams } from '@chancery/domain'
import type { TenantId } from '@chancery/kernel'
import { sql } from 'drizzle-orm'
import type { Database } from './open-database.ts'
import { tenantSetting, transaction, withFaults } from './session.ts'
import { writersLock } from './writers-lock.ts'

/**
 * Erases the text that may name a person from every row the principal ever had, and from the read tables, while all events stand. May be called
 * again. The erased text stays in the database's files until vacuum and in backups until they expire. Rejects with a retryable Fault when the
 * database cannot answer.
 */
export const erasePersonal = ({ app }: Database, tenantId: TenantId, principalId: string): Promise<void> => {
  const begin = `BEGIN; ${writersLock(tenantId)}; ${tenantSetting(tenantId)}`
  const erase = transaction(app, begin, async (session) => {
    await session.rows(sql`
      UPDATE personal SET fields = NULL, erased_at = now()
      WHERE tenant_id = ${tenantId} AND erased_at IS NULL AND personal_id IN (
        SELECT data ->> 'personalId' FROM events WHERE tenant_id = ${tenantId} AND stream_id = ${streams.principal(principalId)})`)
    await session.rows(sql`UPDATE principals SET name = NULL WHERE tenant_id = ${tenantId} AND principal_id = ${principalId}`)
  })
  return withFaults(erase)
}
