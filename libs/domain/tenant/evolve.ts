import type { TenantEvent } from './events.ts'

export type Tenant =
  | { readonly status: 'none' }
  | {
      readonly status: 'active' | 'suspended' | 'deleted'
      readonly name: string
      readonly displayName: string | undefined
      readonly hosts: readonly string[]
      readonly accountId: string
      readonly defaultAudience: string | undefined
      readonly defaultAlg: string | undefined
    }

export type TenantStatus = Exclude<Tenant['status'], 'none'>

export const initialTenant: Tenant = { status: 'none' }

export const evolveTenant = (state: Tenant, event: TenantEvent): Tenant => {
  if (event.type === 'tenant.created.v1') {
    const { name, displayName, hosts, accountId } = event.data
    return { status: 'active', name, displayName, hosts, accountId, defaultAudience: undefined, defaultAlg: undefined }
  }
  if (state.status === 'none') return state
  switch (event.type) {
    case 'tenant.display-name-changed.v1':
      return { ...state, displayName: event.data.displayName }
    case 'tenant.hosts-changed.v1':
      return { ...state, hosts: event.data.hosts }
    case 'tenant.default-audience-changed.v1':
      return { ...state, defaultAudience: event.data.defaultAudience ?? undefined }
    case 'tenant.default-alg-changed.v1':
      return { ...state, defaultAlg: event.data.defaultAlg ?? undefined }
    case 'tenant.suspended.v1':
      return { ...state, status: 'suspended' }
    case 'tenant.resumed.v1':
      return { ...state, status: 'active' }
    case 'tenant.deleted.v1':
      return { ...state, status: 'deleted' }
    default:
      return state
  }
}
