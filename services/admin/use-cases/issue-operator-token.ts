import { operatorTokens, streams } from '@chancery/domain'
import { macOf, mintSecret } from '@chancery/tokens'
import type { AdminDeps } from '../deps.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import type { NewOperatorTokenView } from '../schemas/platform.ts'

const randomnessBytes = 32

/** A token of the platform operator: all tenants, no expiry. The answer is the only place that ever holds it. */
export const issueOperatorToken = async (
  deps: AdminDeps,
  { label }: { readonly label: string },
): Promise<Outcome<NewOperatorTokenView>> => {
  const { store, platformTenantId, clock, random, peppers } = deps
  const tokenId = random.uuid()
  const token = mintSecret('cho', tokenId, random.bytes(randomnessBytes))
  const mac = Buffer.from(macOf(peppers, peppers.activeId, token)).toString('base64')
  const command = { kind: 'issue', at: clock.now(), tokenId, label, mac, pepperId: peppers.activeId } as const
  const change = await store.for(platformTenantId).change((unit) => unit.decide(streams.operatorTokens, operatorTokens, command))
  return change.accepted ? done({ id: tokenId, label, token }) : refused(change.reason)
}
