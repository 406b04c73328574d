import type { TenantStatus } from '@chancery/domain'
import type { EventStore, Page, PageRequest, TenantStore } from '@chancery/event-store'
import type { Clock, Fault, Milliseconds, Random, Seconds, TenantId } from '@chancery/kernel'
import type { Keyring, PepperRing } from '@chancery/tokens'

/** A tenant as the list of all tenants shows it. */
export interface TenantListing {
  readonly tenantId: string
  readonly name: string
  readonly displayName?: string | undefined
  readonly hosts: readonly string[]
  readonly accountId: string
  readonly status: TenantStatus
  readonly defaultAudience?: string | undefined
  readonly defaultAlg?: string | undefined
}

/** All that the admin service needs from outside. */
export interface AdminDeps {
  readonly store: EventStore
  /** The id of a living tenant; must know a tenant as soon as its creation was answered. */
  readonly tenantIdOf: (name: string) => Promise<TenantId | undefined>
  /** Living tenants; rejects with Fault `bad_cursor` on a cursor of another list. */
  readonly tenantsPage: (page: PageRequest) => Promise<Page<TenantListing>>
  /** Erases the text that may name a person, in every row the principal ever had. */
  readonly erasePersonal: (tenantId: TenantId, principalId: string) => Promise<void>
  readonly rebuild: (options: { readonly swap: boolean }) => Promise<Readonly<Record<string, unknown>>>
  /** The tenant in whose stream operator tokens live. */
  readonly platformTenantId: TenantId
  readonly issuerOf: (tenant: { readonly name: string; readonly hosts: readonly string[] }) => string
  readonly clock: Clock
  readonly random: Random
  readonly masterKeys: Keyring
  readonly peppers: PepperRing
  /** How long a new signing key is published before it signs. */
  readonly keyLeadSeconds: Seconds
  readonly about: { readonly version: string; readonly mode: string }
  /** Monotonic. */
  readonly startedAt: Milliseconds
  /** Told of every fault that a caller was answered 503 for. */
  readonly onFault?: (fault: Fault) => void
}

/** The same within one living tenant. */
export interface TenantDeps extends AdminDeps {
  readonly tenantId: TenantId
  readonly tenant: TenantStore
}

export const inTenant = (deps: AdminDeps, tenantId: TenantId): TenantDeps => ({ ...deps, tenantId, tenant: deps.store.for(tenantId) })
