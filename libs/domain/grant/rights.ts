import type { IssuancePolicy } from '../policy/issuance-policy.ts'
import type { PrincipalKind } from '../principal/evolve.ts'
import type { ResourceSettings } from '../resource/evolve.ts'
import type { TenantStatus } from '../tenant/evolve.ts'

export interface WorkspaceRights {
  readonly workspaceId: string
  readonly name: string
  readonly audience: string
  readonly hosts: readonly string[]
}

export interface ResourceRights extends ResourceSettings {
  readonly resourceId: string
}

/** What every decision in a tenant rests on, as of one policy version. */
export interface TenantRights {
  readonly tenantId: string
  readonly name: string
  readonly status: TenantStatus
  readonly accountId: string
  readonly defaultAudience: string | undefined
  /** Signs for audiences that name no algorithm; the server's default when absent. */
  readonly defaultAlg: string | undefined
  readonly workspaces: readonly WorkspaceRights[]
  readonly resources: readonly ResourceRights[]
  readonly policyVersion: number
}

export interface SecretRights {
  readonly secretId: string
  readonly expiresAt: number
  readonly isImported: boolean
  readonly mac: Uint8Array
  readonly pepperId: string
}

/** What a decision about one principal rests on, as of one principal version. Revoked secrets are absent. */
export interface PrincipalRights {
  readonly principalId: string
  readonly kind: PrincipalKind
  readonly name: string
  readonly clientId: string | undefined
  readonly isEnabled: boolean
  readonly roles: readonly string[]
  readonly workspaceIds: readonly string[]
  readonly policyId: string
  readonly policy: IssuancePolicy
  readonly secrets: readonly SecretRights[]
  readonly principalVersion: number
}
