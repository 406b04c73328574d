import { streams } from '@chancery/domain'
import type { TenantReads } from '@chancery/event-store'
import type { AdminRefusal } from '../problems.ts'

/** What can hold secrets: a service principal, to get tokens, or a resource, to ask about them. */
export interface Holder {
  readonly id: string
  readonly streamId: string
  readonly unknown: AdminRefusal
  readonly exists: (reads: TenantReads) => Promise<boolean>
}

export const principalHolder = (id: string): Holder => ({
  id,
  streamId: streams.principal(id),
  unknown: 'principal_unknown',
  exists: async (reads) => (await reads.principal({ principalId: id })) !== undefined,
})

export const resourceHolder = (id: string): Holder => ({
  id,
  streamId: streams.resource(id),
  unknown: 'resource_unknown',
  exists: async (reads) => (await reads.resource(id)) !== undefined,
})
