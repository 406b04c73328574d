import type { DomainEvent } from '@chancery/domain'
import type { Decider, Decision, EventVersions, RecordedEvent, TenantId } from '@chancery/kernel'
import type { TenantReads } from './reads/tenant-reads.ts'

/** What the read tables refuse beside the deciders: a name, host, account or audience that another row already holds. */
export type UniquenessRefusal = 'name_taken' | 'host_taken' | 'account_taken' | 'audience_taken' | 'client_id_taken' | 'secret_taken'

/** An append that was committed, or a command that changed nothing; either way whoever caches must be told before anyone is answered. */
export interface Committed {
  readonly tenantId: TenantId
  readonly versions: EventVersions
  readonly events: readonly RecordedEvent[]
}

export type Change<Refusal extends string> =
  | ({ readonly accepted: true } & Committed)
  | { readonly accepted: false; readonly reason: Refusal | UniquenessRefusal }

/** One configuration append under the tenant's lock. What it reads is what it will commit upon. */
export interface Unit {
  /** Folds the stream, decides, and appends what was accepted. Several streams may be decided in one unit; they commit together. */
  decide<State, Command, Event extends DomainEvent, Refusal extends string>(
    streamId: string,
    decider: Decider<State, Command, Event, Refusal>,
    command: Command,
  ): Promise<Decision<Event, Refusal>>
  readonly reads: TenantReads
}

/**
 * The only handle on a tenant's data: every statement runs with row-level security set to this tenant.
 *
 * `change` promises: the events are durable and projected when it resolves; everyone who caches has been told; a version conflict is decided
 * again, never reported. A rejection rolls everything back. Rejects with a retryable `Fault` when the database cannot answer; then nothing or
 * everything is committed, and repeating the call is safe for commands that are idempotent by their ids.
 */
export interface TenantStore {
  change<Event, Refusal extends string>(work: (unit: Unit) => Promise<Decision<Event, Refusal>>): Promise<Change<Refusal>>
  /** Runs in one REPEATABLE READ, read-only snapshot on the primary. */
  read<Result>(work: (reads: TenantReads) => Promise<Result>): Promise<Result>
}

export interface EventStore {
  for(tenantId: TenantId): TenantStore
}
