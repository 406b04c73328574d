import { credentials } from '@chancery/domain'
import type { TenantDeps } from '../deps.ts'
import { type Nothing, type Outcome, refused, settled } from '../outcome.ts'
import type { Holder } from './holder.ts'

export const revokeSecret = async ({ tenant }: TenantDeps, holder: Holder, secretId: string): Promise<Outcome<Nothing>> => {
  const change = await tenant.change((unit) => unit.decide(holder.streamId, credentials, { kind: 'revoke', secretId }))
  return !change.accepted && change.reason === 'holder_unknown' ? refused(holder.unknown) : settled(change)
}
