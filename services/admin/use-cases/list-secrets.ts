import type { TenantDeps } from '../deps.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import type { SecretView } from '../schemas/secret.ts'
import type { Holder } from './holder.ts'
import { timeText } from './time-text.ts'

/** Newest first. Expired ones stay listed until they are revoked, so that it can be seen why a client fails. */
export const listSecrets = async ({ tenant, clock }: TenantDeps, holder: Holder): Promise<Outcome<{ items: SecretView[] }>> => {
  const now = clock.now()
  const view = (row: { secretId: string; issuedAt: number; expiresAt: number }): SecretView => ({
    id: row.secretId,
    created_at: timeText(row.issuedAt),
    expires_at: timeText(row.expiresAt),
    status: row.expiresAt > now ? 'active' : 'expired',
  })
  return await tenant.read(async (reads) => {
    if (!(await holder.exists(reads))) return refused(holder.unknown)
    return done({ items: (await reads.secrets(holder.id)).map(view) })
  })
}
