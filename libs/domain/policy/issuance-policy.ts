import { type Static, Type } from 'typebox'
import { text, texts } from '../schema.ts'

/** The grant_type values this server knows, as on the wire. */
export const grantTypes = [
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'refresh_token',
  'authorization_code',
  'password',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
] as const

export const issuancePolicySchema = Type.Object({
  accessTokenTtlSeconds: Type.Integer(),
  grants: texts,
  scopes: texts,
  audiences: texts,
  defaultAudience: Type.Optional(text),
  refresh: Type.Union([Type.Literal('none'), Type.Literal('rotating'), Type.Literal('reusable')]),
})

/** What a principal may be issued. `scopes` and `audiences` are exact values; a trailing `*` stands for any ending. */
export type IssuancePolicy = Static<typeof issuancePolicySchema>

/** Access tokens live between 20 s (shorter ones expire on the way) and a day, the hard cap on which revocations rely. */
export const accessTokenTtl = { minimumSeconds: 20, maximumSeconds: 86_400 }

/**
 * Where a new principal starts. The scopes are those that clients hard-code: `catalog` (Iceberg Java, PyIceberg, Rust, Go),
 * `PRINCIPAL_ROLE:…` (DuckDB, Polaris), `all-apis`, `sql` and `offline_access` (Databricks), `dremio.all` (Dremio).
 */
export const initialIssuancePolicy: IssuancePolicy = {
  accessTokenTtlSeconds: 3600,
  grants: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
  scopes: ['catalog', 'PRINCIPAL_ROLE:*', 'all-apis', 'sql', 'offline_access', 'dremio.all'],
  audiences: [],
  refresh: 'none',
}

/** Whether a list of exact values and `prefix*` patterns admits the value. */
export const admits = (patterns: readonly string[], value: string): boolean =>
  patterns.some((pattern) => (pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : pattern === value))
