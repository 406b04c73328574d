import type { DomainEvent, PersonalFields } from '@chancery/domain'

/** An event with all that a projection may need; the same whether it was just appended or is read back for a rebuild. */
export interface ProjectedEvent {
  readonly tenantId: string
  readonly streamId: string
  readonly tenantVersion: number
  /** The transaction that appended it. */
  readonly tx: string
  readonly event: DomainEvent
  /** Absent when the event has none, and once they were erased. */
  readonly personal: PersonalFields | undefined
}

/** A MAC as the log holds it (base64) in the form of a `bytea` column. */
export const macBytes = (base64: string): string => `\\x${Buffer.from(base64, 'base64').toString('hex')}`
