import { accessTokenTtl } from '@chancery/domain'
import type { Milliseconds } from '@chancery/kernel'
import { publishedKeys, type SigningKey, signingKeyAt, signingKeyFrom } from '@chancery/tokens'
import type { TenantDeps } from '../deps.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import type { SigningKeyView } from '../schemas/signing-key.ts'
import { timeText } from './time-text.ts'

const statusOf = (key: SigningKey, keys: readonly SigningKey[], now: Milliseconds): SigningKeyView['status'] => {
  if (key.compromisedAt !== undefined) return 'compromised'
  if (signingKeyAt(keys, key.alg, now)?.kid === key.kid) return 'signing'
  if (!publishedKeys(keys, now, accessTokenTtl.maximumSeconds).some(({ kid }) => kid === key.kid)) return 'retired'
  return key.activatesAt > now ? 'published' : 'retiring'
}

export const listSigningKeys = async ({ tenant, clock }: TenantDeps): Promise<Outcome<{ items: SigningKeyView[] }>> => {
  const loaded = await tenant.read((reads) => reads.tenant())
  if (loaded === undefined) return refused('tenant_unknown')
  const keys = loaded.signingKeys.map(signingKeyFrom)
  const now = clock.now()
  const items = keys.map((key) => ({
    kid: key.kid,
    alg: key.alg,
    created_at: timeText(key.createdAt),
    activates_at: timeText(key.activatesAt),
    status: statusOf(key, keys, now),
  }))
  return done({ items })
}
