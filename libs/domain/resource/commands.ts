import type { ResourceSettings } from './evolve.ts'

export interface RegisterResource {
  readonly kind: 'register'
  readonly resourceId: string
  readonly settings: ResourceSettings
}

export interface ChangeResource {
  readonly kind: 'change'
  readonly settings: ResourceSettings
}

export interface RemoveResource {
  readonly kind: 'remove'
}

export type ResourceCommand = RegisterResource | ChangeResource | RemoveResource
