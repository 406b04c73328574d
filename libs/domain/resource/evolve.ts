import type { ClaimSource, ResourceEvent } from './events.ts'

export interface ResourceSettings {
  readonly audience: string
  /** The signature algorithm its verifier takes; the tenant's default when absent. */
  readonly alg?: string
  /** The JOSE `typ` header: `at+jwt` (RFC 9068) when absent, `JWT` for verifiers that refuse it. */
  readonly typ?: string
  readonly claims: Readonly<Record<string, ClaimSource>>
  readonly acceptsAccountTokens: boolean
}

export type Resource = { readonly status: 'none' | 'removed' } | { readonly status: 'registered'; readonly settings: ResourceSettings }

export const initialResource: Resource = { status: 'none' }

export const evolveResource = (state: Resource, event: ResourceEvent): Resource => {
  switch (event.type) {
    case 'resource.registered.v1': {
      const { resourceId: _, ...settings } = event.data
      return { status: 'registered', settings }
    }
    case 'resource.changed.v1':
      return { status: 'registered', settings: event.data }
    case 'resource.removed.v1':
      return { status: 'removed' }
    default:
      return state
  }
}
