import type { PrincipalEvent } from '../principal/events.ts'
import type { ResourceEvent } from '../resource/events.ts'
import type { CredentialEvent } from './events.ts'

export interface Secret {
  readonly secretId: string
  readonly expiresAt: number
  readonly isRevoked: boolean
}

/** The secrets of one holder, a service principal or a resource, folded from the holder's own stream. */
export interface Credentials {
  readonly holder: 'none' | 'enabled' | 'disabled' | 'deleted'
  readonly secrets: readonly Secret[]
}

export const initialCredentials: Credentials = { holder: 'none', secrets: [] }

export const evolveCredentials = (state: Credentials, event: CredentialEvent | PrincipalEvent | ResourceEvent): Credentials => {
  switch (event.type) {
    case 'principal.created.v1':
      return { ...state, holder: event.data.isEnabled ? 'enabled' : 'disabled' }
    case 'principal.enabled.v1':
    case 'resource.registered.v1':
      return { ...state, holder: 'enabled' }
    case 'principal.disabled.v1':
      return { ...state, holder: 'disabled' }
    case 'principal.deleted.v1':
    case 'resource.removed.v1':
      return { ...state, holder: 'deleted' }
    case 'credential.secret-issued.v1':
      return { ...state, secrets: [...state.secrets, { secretId: event.data.secretId, expiresAt: event.data.expiresAt, isRevoked: false }] }
    case 'credential.secret-revoked.v1':
      return {
        ...state,
        secrets: state.secrets.map((secret) => (secret.secretId === event.data.secretId ? { ...secret, isRevoked: true } : secret)),
      }
    default:
      return state
  }
}
