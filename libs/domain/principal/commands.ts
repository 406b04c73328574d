import type { PrincipalKind } from './evolve.ts'

export interface CreatePrincipal {
  readonly kind: 'create'
  readonly principalId: string
  readonly personalId: string
  readonly principalKind: PrincipalKind
  readonly name: string
  /** Service principals only. */
  readonly clientId?: string
  readonly roles: readonly string[]
  readonly isEnabled: boolean
  readonly workspaceIds: readonly string[]
}

/** Members left out stay as they are. A new name goes to a row of its own, so that the old one can be erased. */
export interface ChangePrincipal {
  readonly kind: 'change'
  readonly name?: string
  readonly personalId?: string
  readonly roles?: readonly string[]
  readonly isEnabled?: boolean
  readonly workspaceIds?: readonly string[]
}

export interface DeletePrincipal {
  readonly kind: 'delete'
}

export type PrincipalCommand = CreatePrincipal | ChangePrincipal | DeletePrincipal
