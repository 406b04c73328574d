import { type DomainEvent, type ResourceRefusal, type ResourceSettings, resources, type SigningKeyRefusal, streams } from '@chancery/domain'
import { type Decision, reject } from '@chancery/kernel'
import { defaultAlgorithm, isAlgorithm } from '@chancery/tokens'
import type { TenantDeps } from '../deps.ts'
import { type Outcome, refused } from '../outcome.ts'
import type { ResourceChangeInput, ResourceSettingsInput, ResourceView } from '../schemas/resource.ts'
import { ensureSigningKey } from './ensure-signing-key.ts'
import { readResource } from './read-resource.ts'
import { changedSettings, initialSettings } from './resource-view.ts'

interface Change {
  readonly resourceId: string
  readonly alg: string | null | undefined
  readonly settings: (before: ResourceSettings) => ResourceSettings
}

const apply = async (deps: TenantDeps, { resourceId, alg = defaultAlgorithm, settings }: Change): Promise<Outcome<ResourceView>> => {
  if (alg !== null && !isAlgorithm(alg)) return refused('alg_unknown')
  const ensureKey = await ensureSigningKey(deps, alg ?? defaultAlgorithm)
  const change = await deps.tenant.change(async (unit): Promise<Decision<DomainEvent, ResourceRefusal | SigningKeyRefusal>> => {
    const before = await unit.reads.resource(resourceId)
    if (before === undefined) return reject('resource_unknown')
    const { resourceId: _, ...kept } = before
    const decision = await unit.decide(streams.resource(resourceId), resources, { kind: 'change', settings: settings(kept) })
    return decision.accepted ? await ensureKey(unit) : decision
  })
  return change.accepted ? await readResource(deps, resourceId) : refused(change.reason)
}

/** Members left out stay as they are. */
export const changeResource = (deps: TenantDeps, resourceId: string, input: ResourceChangeInput): Promise<Outcome<ResourceView>> =>
  apply(deps, { resourceId, alg: input.alg, settings: (before) => changedSettings(before, input) })

/** Members left out go back to their defaults. */
export const replaceResource = (deps: TenantDeps, resourceId: string, input: ResourceSettingsInput): Promise<Outcome<ResourceView>> =>
  apply(deps, { resourceId, alg: input.alg, settings: () => changedSettings(initialSettings(input.audience), input) })
