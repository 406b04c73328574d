import type { PrincipalEvent } from './events.ts'

export type PrincipalKind = 'service' | 'user' | 'group'

export type Principal =
  | { readonly status: 'none' }
  | { readonly status: 'deleted' }
  | {
      readonly status: 'enabled' | 'disabled'
      readonly principalKind: PrincipalKind
      readonly clientId: string | undefined
      readonly personalId: string
      readonly roles: readonly string[]
      readonly workspaceIds: readonly string[]
    }

export const initialPrincipal: Principal = { status: 'none' }

export const evolvePrincipal = (state: Principal, event: PrincipalEvent): Principal => {
  if (event.type === 'principal.created.v1') {
    const { kind, clientId, personalId, roles, isEnabled, workspaceIds } = event.data
    return { status: isEnabled ? 'enabled' : 'disabled', principalKind: kind, clientId, personalId, roles, workspaceIds }
  }
  if (state.status === 'none' || state.status === 'deleted') return state
  switch (event.type) {
    case 'principal.renamed.v1':
      return { ...state, personalId: event.data.personalId }
    case 'principal.roles-changed.v1':
      return { ...state, roles: event.data.roles }
    case 'principal.workspaces-changed.v1':
      return { ...state, workspaceIds: event.data.workspaceIds }
    case 'principal.enabled.v1':
      return { ...state, status: 'enabled' }
    case 'principal.disabled.v1':
      return { ...state, status: 'disabled' }
    case 'principal.deleted.v1':
      return { status: 'deleted' }
    default:
      return state
  }
}
