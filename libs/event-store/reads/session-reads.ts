import type { ResourceRights, WorkspaceRights } from '@chancery/domain'
import type { TenantId } from '@chancery/kernel'
import { type SQL, sql } from 'drizzle-orm'
import { operatorTokens, principals, resources, secrets, workspaces } from '../schema.ts'
import type { Session } from '../session.ts'
import { loadPrincipal } from './load-principal.ts'
import { loadTenant } from './load-tenant.ts'
import type { NullFor } from './nulls.ts'
import { pageOf, startOf } from './page.ts'
import type { OperatorTokenRow, PrincipalRow, SecretRow, TenantReads } from './tenant-reads.ts'

/** Ids come from outside and may hold a character that Postgres's text cannot; such an id names nothing. */
const isStorable = (text: string): boolean => !text.includes('\0')

type StoredResource = NullFor<ResourceRights & { alg: string | undefined; typ: string | undefined }, 'alg' | 'typ'>

const resourceRights = ({ alg, typ, ...resource }: StoredResource): ResourceRights => ({
  ...resource,
  ...(alg === null ? {} : { alg }),
  ...(typ === null ? {} : { typ }),
})

const resourceColumns = sql`${resources.resourceId} AS "resourceId", ${resources.audience}, ${resources.alg}, ${resources.typ}, ${resources.claims},
  ${resources.acceptsAccountTokens} AS "acceptsAccountTokens"`

const matching = (column: SQL, value: string | undefined): SQL => (value === undefined ? sql`` : sql`AND ${column} = ${value}`)

type Lists = Pick<TenantReads, 'principals' | 'workspaces' | 'resources'>

/** Lists go by id: stable while rows come and go, and served by the primary key. */
const lists = (session: Session, tenantId: TenantId): Lists => ({
  principals: async ({ kind, name, ...page }) => {
    if (name !== undefined && !isStorable(name)) return { items: [], nextCursor: undefined }
    const rows = await session.rows<NullFor<PrincipalRow, 'name' | 'clientId'>>(sql`
      SELECT principal_id AS "principalId", kind, name, client_id AS "clientId", roles, is_enabled AS "isEnabled",
        workspace_ids AS "workspaceIds", version
      FROM ${principals} WHERE tenant_id = ${tenantId} AND principal_id > ${startOf(page) ?? ''}
        ${matching(sql`kind`, kind)} ${matching(sql`name`, name)}
      ORDER BY principal_id LIMIT ${page.limit + 1}`)
    const items = rows.map((row) => ({ ...row, name: row.name ?? undefined, clientId: row.clientId ?? undefined }))
    return pageOf(items, page.limit, ({ principalId }) => principalId)
  },
  workspaces: async (page) => {
    const rows = await session.rows<WorkspaceRights>(sql`
      SELECT workspace_id AS "workspaceId", name, audience, hosts FROM ${workspaces}
      WHERE tenant_id = ${tenantId} AND workspace_id > ${startOf(page) ?? ''} ORDER BY workspace_id LIMIT ${page.limit + 1}`)
    return pageOf(rows, page.limit, ({ workspaceId }) => workspaceId)
  },
  resources: async (page) => {
    const rows = await session.rows<StoredResource>(sql`
      SELECT ${resourceColumns} FROM ${resources}
      WHERE tenant_id = ${tenantId} AND resource_id > ${startOf(page) ?? ''} ORDER BY resource_id LIMIT ${page.limit + 1}`)
    return pageOf(rows.map(resourceRights), page.limit, ({ resourceId }) => resourceId)
  },
})

type OperatorReads = Pick<TenantReads, 'operatorToken' | 'operatorTokens'>

const operatorReads = (session: Session, tenantId: TenantId): OperatorReads => ({
  operatorToken: async (tokenId) => {
    if (!isStorable(tokenId)) return undefined
    const [row] = await session.rows<OperatorTokenRow>(sql`
      SELECT token_id AS "tokenId", mac, pepper_id AS "pepperId" FROM ${operatorTokens} WHERE tenant_id = ${tenantId} AND token_id = ${tokenId}`)
    return row
  },
  operatorTokens: () =>
    session.rows(sql`
      SELECT token_id AS "tokenId", label, issued_at AS "issuedAt" FROM ${operatorTokens} WHERE tenant_id = ${tenantId}
      ORDER BY issued_at DESC, token_id`),
})

/** Reads in the transaction of `session`, whose tenant is `tenantId`. */
export const sessionReads = (session: Session, tenantId: TenantId): TenantReads => ({
  ...lists(session, tenantId),
  ...operatorReads(session, tenantId),
  tenant: () => loadTenant(session, tenantId),
  principal: async (key) => {
    const isFindable = 'secretMacs' in key || Object.values(key).every(isStorable)
    return isFindable ? loadPrincipal(session, tenantId, key) : undefined
  },
  resource: async (resourceId) => {
    if (!isStorable(resourceId)) return undefined
    const [row] = await session.rows<StoredResource>(sql`
      SELECT ${resourceColumns} FROM ${resources} WHERE tenant_id = ${tenantId} AND resource_id = ${resourceId}`)
    return row === undefined ? undefined : resourceRights(row)
  },
  secrets: async (holderId) => {
    if (!isStorable(holderId)) return []
    return session.rows<SecretRow>(sql`
      SELECT secret_id AS "secretId", issued_at AS "issuedAt", expires_at AS "expiresAt", is_imported AS "isImported" FROM ${secrets}
      WHERE tenant_id = ${tenantId} AND holder_id = ${holderId} ORDER BY issued_at DESC, secret_id`)
  },
})
