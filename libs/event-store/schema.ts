import { bigint, boolean, customType, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** A 64-bit transaction id, as text: it outgrows a JavaScript number and is only compared by the database. */
const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' })

/** Bytes in Postgres's hexadecimal text form (`\x…`), which is also how they stand in a row's JSON. */
const bytea = customType<{ data: string }>({ dataType: () => 'bytea' })

/** Milliseconds since the epoch. */
const instant = (name: string) => bigint(name, { mode: 'number' })
const version = (name: string) => bigint(name, { mode: 'number' })
const tenantId = uuid('tenant_id').notNull()

/** The names of what `migrations/` makes; constraints, policies and grants live there only. A test holds the two together. */
export const instance = pgTable('instance', {
  onlyRow: boolean('only_row').primaryKey(),
  epoch: integer('epoch').notNull(),
  systemIdentifier: text('system_identifier').notNull(),
  timeline: integer('timeline').notNull(),
})

export const events = pgTable(
  'events',
  {
    epoch: integer('epoch').notNull(),
    tenantId,
    streamId: text('stream_id').notNull(),
    version: integer('version').notNull(),
    tenantVersion: version('tenant_version'),
    eventId: uuid('event_id').notNull(),
    type: text('type').notNull(),
    data: jsonb('data').notNull(),
    sealed: jsonb('sealed'),
    meta: jsonb('meta').notNull(),
    at: timestamp('at', { withTimezone: true }).notNull(),
    tx: xid8('tx').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.streamId, table.version] })],
)

export const personal = pgTable(
  'personal',
  {
    tenantId,
    personalId: text('personal_id').notNull(),
    fields: jsonb('fields'),
    erasedAt: timestamp('erased_at', { withTimezone: true }),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.personalId] })],
)

export const factSpool = pgTable('fact_spool', {
  epoch: integer('epoch').notNull(),
  tenantId,
  eventId: uuid('event_id').primaryKey(),
  at: timestamp('at', { withTimezone: true }).notNull(),
  fact: jsonb('fact').notNull(),
  personal: jsonb('personal').notNull(),
  tx: xid8('tx').notNull(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
})

export const tenants = pgTable(
  'tenants',
  {
    tenantId,
    name: text('name').notNull(),
    displayName: text('display_name'),
    accountId: text('account_id').notNull(),
    status: text('status').notNull(),
    hosts: text('hosts').array().notNull(),
    defaultAudience: text('default_audience'),
    defaultAlg: text('default_alg'),
    version: version('version').notNull(),
    policyVersion: version('policy_version').notNull(),
    changedTx: xid8('changed_tx').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId] })],
)

export const hosts = pgTable('hosts', { host: text('host').notNull(), tenantId, workspaceId: text('workspace_id') }, (table) => [
  primaryKey({ columns: [table.host] }),
])

export const workspaces = pgTable(
  'workspaces',
  {
    tenantId,
    workspaceId: text('workspace_id').notNull(),
    name: text('name').notNull(),
    audience: text('audience').notNull(),
    hosts: text('hosts').array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.workspaceId] })],
)

export const principals = pgTable(
  'principals',
  {
    tenantId,
    principalId: text('principal_id').notNull(),
    personalId: text('personal_id').notNull(),
    kind: text('kind').notNull(),
    name: text('name'),
    clientId: text('client_id'),
    roles: text('roles').array().notNull(),
    isEnabled: boolean('is_enabled').notNull(),
    workspaceIds: text('workspace_ids').array().notNull(),
    version: version('version').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.principalId] })],
)

export const secrets = pgTable(
  'secrets',
  {
    tenantId,
    secretId: text('secret_id').notNull(),
    holderId: text('holder_id').notNull(),
    mac: bytea('mac').notNull(),
    pepperId: text('pepper_id').notNull(),
    issuedAt: instant('issued_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    isImported: boolean('is_imported').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.secretId] })],
)

export const issuancePolicies = pgTable(
  'issuance_policies',
  {
    tenantId,
    principalId: text('principal_id').notNull(),
    policyId: text('policy_id').notNull(),
    policy: jsonb('policy').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.principalId] })],
)

export const resources = pgTable(
  'resources',
  {
    tenantId,
    resourceId: text('resource_id').notNull(),
    audience: text('audience').notNull(),
    alg: text('alg'),
    typ: text('typ'),
    claims: jsonb('claims').notNull(),
    acceptsAccountTokens: boolean('accepts_account_tokens').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.resourceId] })],
)

export const signingKeys = pgTable(
  'signing_keys',
  {
    tenantId,
    kid: text('kid').notNull(),
    alg: text('alg').notNull(),
    publicJwk: jsonb('public_jwk').notNull(),
    createdAt: instant('created_at').notNull(),
    activatesAt: instant('activates_at').notNull(),
    compromisedAt: instant('compromised_at'),
    sealedPrivateKey: text('sealed_private_key').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.kid] })],
)

export const operatorTokens = pgTable(
  'operator_tokens',
  {
    tenantId,
    tokenId: text('token_id').notNull(),
    label: text('label').notNull(),
    issuedAt: instant('issued_at').notNull(),
    mac: bytea('mac').notNull(),
    pepperId: text('pepper_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.tokenId] })],
)

/** The projections' tables: everything in them follows from the events and the personal rows. Unqualified, so that a rebuild can divert them. */
export const readTables = {
  tenants,
  hosts,
  workspaces,
  principals,
  secrets,
  issuancePolicies,
  resources,
  signingKeys,
  operatorTokens,
} as const

export type ReadTable = (typeof readTables)[keyof typeof readTables]
