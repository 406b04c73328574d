import type { EventId, PrincipalId, TenantId } from './ids.ts'

/**
 * Which version a configuration event raises beside the tenant's: the policy version, on which all principals of the tenant depend,
 * or the version of one principal. Freshness compares these two, so renaming one principal reloads one principal.
 */
export type Touches = { readonly kind: 'policy' } | { readonly kind: 'principal'; readonly principalId: PrincipalId }

/** The versions after an append. `tenant` is gap-free within an epoch; the others take its value. */
export interface EventVersions {
  readonly tenant: number
  readonly policy?: number
  readonly principals: ReadonlyMap<PrincipalId, number>
}

/** An event as the log holds it. `data` may be relayed; `sealed` (MACs, sealed keys) never leaves Postgres. */
export interface RecordedEvent {
  readonly tenantId: TenantId
  readonly streamId: string
  readonly version: number
  readonly tenantVersion: number
  readonly eventId: EventId
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly at: number
}

/** Reads a stream id of the form `<kind>/<id>`; undefined when the stream is of another kind. */
export const inScopeOf = (kind: string, streamId: string): string | undefined =>
  streamId.startsWith(`${kind}/`) ? streamId.slice(kind.length + 1) : undefined
