import { type DomainEvent, type ResourceRefusal, resources, type SigningKeyRefusal, streams } from '@chancery/domain'
import type { Decision } from '@chancery/kernel'
import { defaultAlgorithm, isAlgorithm } from '@chancery/tokens'
import type { TenantDeps } from '../deps.ts'
import { type Outcome, refused } from '../outcome.ts'
import type { ResourceSettingsInput, ResourceView } from '../schemas/resource.ts'
import { ensureSigningKey } from './ensure-signing-key.ts'
import { readResource } from './read-resource.ts'
import { changedSettings, initialSettings } from './resource-view.ts'

/** The tenant has a key of the resource's algorithm from the moment the resource is there. */
export const registerResource = async (deps: TenantDeps, input: ResourceSettingsInput): Promise<Outcome<ResourceView>> => {
  const alg = input.alg ?? defaultAlgorithm
  if (!isAlgorithm(alg)) return refused('alg_unknown')
  const ensureKey = await ensureSigningKey(deps, alg)
  const resourceId = deps.random.uuid()
  const command = { kind: 'register', resourceId, settings: changedSettings(initialSettings(input.audience), input) } as const
  const change = await deps.tenant.change(async (unit): Promise<Decision<DomainEvent, ResourceRefusal | SigningKeyRefusal>> => {
    const decision = await unit.decide(streams.resource(resourceId), resources, command)
    return decision.accepted ? await ensureKey(unit) : decision
  })
  return change.accepted ? await readResource(deps, resourceId) : refused(change.reason)
}
