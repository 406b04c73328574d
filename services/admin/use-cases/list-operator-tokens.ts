import type { AdminDeps } from '../deps.ts'
import { done, type Outcome } from '../outcome.ts'
import type { OperatorTokenView } from '../schemas/platform.ts'
import { timeText } from './time-text.ts'

export const listOperatorTokens = async ({ store, platformTenantId }: AdminDeps): Promise<Outcome<{ items: OperatorTokenView[] }>> => {
  const rows = await store.for(platformTenantId).read((reads) => reads.operatorTokens())
  return done({ items: rows.map(({ tokenId, label, issuedAt }) => ({ id: tokenId, label, created_at: timeText(issuedAt) })) })
}
