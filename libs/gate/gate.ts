import type { EventVersions, PrincipalId, TenantId } from '@chancery/kernel'

export interface GateQuery {
  readonly tenantId: TenantId
  readonly principalIds: readonly PrincipalId[]
}

/** A right to fill one key that was empty when the gate was passed. It is lost as soon as somebody tells that key. */
export type Lease = symbol

/** A current version, or, where the gate knows none, a lease to fill it after loading from Postgres. */
export type Known<Version> = { readonly version: Version } | { readonly lease: Lease }

export interface TenantVersions {
  readonly tenant: number
  readonly policy: number
}

export interface GateReading {
  readonly tenant: Known<TenantVersions>
  readonly principals: ReadonlyMap<PrincipalId, Known<number>>
}

export interface GateFill {
  readonly tenantId: TenantId
  readonly tenant?: { readonly lease: Lease; readonly versions: TenantVersions }
  readonly principal?: { readonly lease: Lease; readonly principalId: PrincipalId; readonly version: number }
}

/**
 * What is current right now: every request passes before any refusal or grant is final. A cache behind it can be cold, never wrong.
 *
 * `pass` returns versions at least as new as every `tell` that resolved before it was called. `fill` takes effect only while its lease is
 * in the key; a `tell` removes leases, raises what is known to the maximum and fills nothing that is empty. Versions of different keys are NOT a snapshot of one moment.
 */
export interface Gate {
  pass(query: GateQuery): Promise<GateReading>
  fill(fill: GateFill): Promise<void>
  tell(tenantId: TenantId, versions: EventVersions): Promise<void>
}
