import type { PrincipalKind, PrincipalRights, ResourceRights, TenantRights, TenantStatus, WorkspaceRights } from '@chancery/domain'

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Opaque; absent on the last page. */
  readonly nextCursor: string | undefined
}

/** `limit` is 1 … 1,000; `cursor` is a `nextCursor` of the same list. Rejects with Fault `bad_cursor` (not retryable) otherwise. */
export interface PageRequest {
  readonly limit: number
  readonly cursor: string | undefined
}

export interface SigningKeyRow {
  readonly kid: string
  readonly alg: string
  readonly publicJwk: Readonly<Record<string, string>>
  readonly createdAt: number
  readonly activatesAt: number
  readonly compromisedAt: number | undefined
  /** PKCS #8 sealed under the master key. */
  readonly sealedPrivateKey: string
}

/** Everything of a tenant that its principals' decisions depend on, with its versions, as of one snapshot. */
export interface LoadedTenant {
  readonly rights: TenantRights
  readonly displayName: string | undefined
  readonly hosts: readonly string[]
  readonly signingKeys: readonly SigningKeyRow[]
  readonly tenantVersion: number
}

export interface PrincipalRow {
  readonly principalId: string
  readonly kind: PrincipalKind
  /** `undefined` once the personal text was erased. */
  readonly name: string | undefined
  readonly clientId: string | undefined
  readonly roles: readonly string[]
  readonly isEnabled: boolean
  readonly workspaceIds: readonly string[]
  readonly version: number
}

/** A secret without its MAC. Expired ones stay listed until revoked; revoked ones do not. */
export interface SecretRow {
  readonly secretId: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly isImported: boolean
}

export type PrincipalKey =
  | { readonly clientId: string }
  | { readonly principalId: string }
  | { readonly secretId: string }
  /** Base64 MACs of one presented secret, one for each pepper, for secrets that name no id. */
  | { readonly secretMacs: readonly string[] }

/** A credential of the platform operator; absent when revoked. */
export interface OperatorTokenRow {
  readonly tokenId: string
  readonly mac: Uint8Array
  readonly pepperId: string
}

/** Reads inside one tenant, all in the snapshot of the transaction they run in. Deleted rows are absent. */
export interface TenantReads {
  tenant(): Promise<LoadedTenant | undefined>
  /** The principal with its live policy and its secrets that are not revoked, by one of its keys. */
  principal(key: PrincipalKey): Promise<PrincipalRights | undefined>
  principals(page: PageRequest & { readonly kind?: PrincipalKind; readonly name?: string }): Promise<Page<PrincipalRow>>
  workspaces(page: PageRequest): Promise<Page<WorkspaceRights>>
  resources(page: PageRequest): Promise<Page<ResourceRights>>
  resource(resourceId: string): Promise<ResourceRights | undefined>
  /** Secrets of a principal or resource, newest first. */
  secrets(holderId: string): Promise<readonly SecretRow[]>
  operatorToken(tokenId: string): Promise<OperatorTokenRow | undefined>
  operatorTokens(): Promise<readonly { readonly tokenId: string; readonly label: string; readonly issuedAt: number }[]>
}

/** A tenant as its neighbours in memory need it: how requests find it and with which public keys its tokens are verified. */
export interface DirectoryEntry {
  readonly tenantId: string
  readonly name: string
  readonly status: TenantStatus
  readonly hosts: readonly string[]
  readonly accountId: string
  readonly workspaces: readonly WorkspaceRights[]
  readonly signingKeys: readonly Omit<SigningKeyRow, 'sealedPrivateKey'>[]
  readonly policyVersion: number
}
