import { operatorTokens, streams } from '@chancery/domain'
import type { AdminDeps } from '../deps.ts'
import { type Nothing, type Outcome, settled } from '../outcome.ts'

export const revokeOperatorToken = async ({ store, platformTenantId }: AdminDeps, tokenId: string): Promise<Outcome<Nothing>> =>
  settled(
    await store.for(platformTenantId).change((unit) => unit.decide(streams.operatorTokens, operatorTokens, { kind: 'revoke', tokenId })),
  )
