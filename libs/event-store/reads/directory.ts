import type { TenantStatus } from '@chancery/domain'
import type { Database } from '../open-database.ts'
import { platformTenantId } from '../platform-tenant.ts'
import { single } from '../session.ts'
import type { NullFor } from './nulls.ts'
import { pageOf, startOf } from './page.ts'
import type { DirectoryEntry, Page, PageRequest } from './tenant-reads.ts'

export interface DirectoryChanges {
  /** Every tenant that changed, whole, the deleted ones with status `deleted`; in no order. An entry may come again unchanged. */
  readonly entries: readonly DirectoryEntry[]
  /** To be given to the next call. It holds within one process: never store it. */
  readonly cursor: string
}

/** All tenants as requests are routed to them, for the platform's own use: it crosses tenants, and carries no secret. */
export interface TenantDirectory {
  /**
   * What was committed since `cursor`, or everything. Includes all that was committed before the call; a transaction that commits late
   * comes with a later call and is never missed. Rejects with a retryable Fault when the database cannot answer.
   */
  changedSince(cursor?: string): Promise<DirectoryChanges>
}

type StoredKey = NullFor<DirectoryEntry['signingKeys'][number], 'compromisedAt'>
type StoredEntry = Omit<DirectoryEntry, 'signingKeys'> & { readonly signingKeys: readonly StoredKey[] }

/** One snapshot for both: whatever is not in it has an id of at least its xmin, and so shows next time. */
const changes = `
  SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS cursor,
    coalesce((SELECT jsonb_agg(entry) FROM directory_changed_since($1::text::xid8) AS entry), '[]') AS entries`

export const tenantDirectory = ({ app }: Database): TenantDirectory => ({
  changedSince: async (cursor = '0') => {
    const [row] = await single<{ cursor: string; entries: readonly StoredEntry[] }>(app, { text: changes, values: [cursor] })
    const entries = (row?.entries ?? []).map(({ signingKeys, ...entry }) => ({
      ...entry,
      signingKeys: signingKeys.map((key) => ({ ...key, compromisedAt: key.compromisedAt ?? undefined })),
    }))
    return { entries, cursor: row?.cursor ?? cursor }
  },
})

/** A tenant in the operator's list. */
export interface TenantRow {
  readonly tenantId: string
  readonly name: string
  readonly displayName: string | undefined
  readonly status: TenantStatus
  readonly hosts: readonly string[]
  readonly accountId: string
  readonly defaultAudience: string | undefined
  readonly defaultAlg: string | undefined
}

/** The tenants that are not deleted, by id. Rejects with Fault `bad_cursor`, or a retryable Fault when the database cannot answer. */
export const tenantsPage = async ({ app }: Database, page: PageRequest): Promise<Page<TenantRow>> => {
  const rows = await single<{ tenant: NullFor<TenantRow, 'displayName' | 'defaultAudience' | 'defaultAlg'> }>(app, {
    text: 'SELECT tenant FROM tenants_page($1, $2) AS tenant',
    values: [startOf(page, 'uuid') ?? platformTenantId, page.limit + 1],
  })
  const items = rows.map(({ tenant }) => ({
    ...tenant,
    displayName: tenant.displayName ?? undefined,
    defaultAudience: tenant.defaultAudience ?? undefined,
    defaultAlg: tenant.defaultAlg ?? undefined,
  }))
  return pageOf(items, page.limit, ({ tenantId }) => tenantId)
}
