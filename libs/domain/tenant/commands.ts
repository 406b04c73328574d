export interface CreateTenant {
  readonly kind: 'create'
  readonly tenantId: string
  readonly name: string
  readonly displayName?: string
  readonly hosts: readonly string[]
  readonly accountId: string
}

/** Members left out stay as they are. */
export interface ChangeTenant {
  readonly kind: 'change'
  readonly displayName?: string
  readonly hosts?: readonly string[]
  readonly defaultAudience?: string | null
  readonly defaultAlg?: string | null
}

export interface SuspendTenant {
  readonly kind: 'suspend'
}

export interface ResumeTenant {
  readonly kind: 'resume'
}

export interface DeleteTenant {
  readonly kind: 'delete'
}

export type TenantCommand = CreateTenant | ChangeTenant | SuspendTenant | ResumeTenant | DeleteTenant
