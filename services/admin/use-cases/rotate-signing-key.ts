import { signingKeys, streams } from '@chancery/domain'
import { defaultAlgorithm, isAlgorithm } from '@chancery/tokens'
import type { TenantDeps } from '../deps.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import type { SigningKeyRotation, SigningKeyView } from '../schemas/signing-key.ts'
import { listSigningKeys } from './list-signing-keys.ts'
import { newSigningKey } from './new-signing-key.ts'

export const rotateSigningKey = async (deps: TenantDeps, input: SigningKeyRotation): Promise<Outcome<SigningKeyView>> => {
  const alg = input.alg ?? defaultAlgorithm
  if (!isAlgorithm(alg)) return refused('alg_unknown')
  const key = await newSigningKey(deps, alg)
  const change = await deps.tenant.change(async (unit) => {
    const tenant = await unit.reads.tenant()
    return await unit.decide(streams.signingKeys, signingKeys, key.add(tenant?.signingKeys ?? [], input.compromised))
  })
  if (!change.accepted) return refused(change.reason)
  const listed = await listSigningKeys(deps)
  if (!listed.accepted) return listed
  const added = listed.value.items.find(({ kid }) => kid === key.kid)
  return added === undefined ? refused('key_unknown') : done(added)
}
