import { credentials, secretLimits } from '@chancery/domain'
import { macOf, mintSecret, parseSecret } from '@chancery/tokens'
import type { TenantDeps } from '../deps.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import type { NewSecretView, SecretCreation } from '../schemas/secret.ts'
import type { Holder } from './holder.ts'
import { timeText } from './time-text.ts'

const randomnessBytes = 32

/** A new secret, or one that the holder has had elsewhere. The answer is the only place that ever holds its text. */
export const issueSecret = async (deps: TenantDeps, holder: Holder, input: SecretCreation): Promise<Outcome<NewSecretView>> => {
  // Such a text is looked up by the id in it, so as an import it could never be found.
  if (input.value !== undefined && parseSecret(input.value) !== undefined) return refused('secret_form_reserved')
  const { clock, random, peppers } = deps
  const secretId = random.uuid()
  const secret = input.value ?? mintSecret('chs', secretId, random.bytes(randomnessBytes))
  const at = clock.now()
  const lifetimeSeconds = input.lifetime_seconds ?? secretLimits.secretLifetimeSeconds
  const command = {
    kind: 'issue',
    at,
    secretId,
    lifetimeSeconds,
    isImported: input.value !== undefined,
    mac: Buffer.from(macOf(peppers, peppers.activeId, secret)).toString('base64'),
    pepperId: peppers.activeId,
    limits: secretLimits,
  } as const
  const change = await deps.tenant.change((unit) => unit.decide(holder.streamId, credentials, command))
  if (!change.accepted) return refused(change.reason === 'holder_unknown' ? holder.unknown : change.reason)
  return done({ id: secretId, secret, expires_at: timeText(at + lifetimeSeconds * 1000), status: 'active' })
}
