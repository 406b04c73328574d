import { type DomainEvent, type SigningKeyRefusal, signingKeys, streams } from '@chancery/domain'
import type { LoadedTenant, Unit } from '@chancery/event-store'
import { accept, type Decision } from '@chancery/kernel'
import { isAlgorithm } from '@chancery/tokens'
import type { TenantDeps } from '../deps.ts'
import { newSigningKey } from './new-signing-key.ts'

type Ensure = (unit: Unit) => Promise<Decision<DomainEvent, SigningKeyRefusal>>

const hasKey = (tenant: LoadedTenant | undefined, alg: string): boolean =>
  tenant?.signingKeys.some((key) => key.alg === alg && key.compromisedAt === undefined) ?? false

/** Prepares what makes sure, within a unit, that the tenant has a key of the algorithm: the first of an algorithm signs at once. */
export const ensureSigningKey = async (deps: TenantDeps, alg: string): Promise<Ensure> => {
  if (!isAlgorithm(alg) || hasKey(await deps.tenant.read((reads) => reads.tenant()), alg)) return async () => accept()
  const key = await newSigningKey(deps, alg)
  return async (unit) => {
    const tenant = await unit.reads.tenant()
    return hasKey(tenant, alg) ? accept() : await unit.decide(streams.signingKeys, signingKeys, key.add(tenant?.signingKeys ?? []))
  }
}
