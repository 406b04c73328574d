import { type DomainEvent, touchesOf } from '@chancery/domain'
import type { Clock, Decider, EventVersions, PrincipalId, Random, RecordedEvent, TenantId } from '@chancery/kernel'
import { sql } from 'drizzle-orm'
import { project } from './projections/project.ts'
import { statementOf } from './projections/row-change.ts'
import { sessionReads } from './reads/session-reads.ts'
import type { Session } from './session.ts'
import type { Committed, Unit } from './store.ts'
import { insertEvents, type LoadedStream, loadStream, type Position, record } from './stream-events.ts'

/** Where ids and times of events come from. */
export interface Source {
  readonly clock: Clock
  readonly random: Random
}

/** A unit of work and what it has done so far. */
export interface OpenUnit {
  readonly unit: Unit
  committed(): Committed
}

interface Versions {
  readonly tenant: number
  readonly policy: number
}

/** Taken under the tenant's lock. The platform has no row; its streams all raise the one version it has. */
const currentVersions = async (session: Session, tenantId: TenantId): Promise<Versions> => {
  const rows = await session.rows<Versions>(sql`
    WITH log AS (SELECT coalesce(max(tenant_version), 0) AS tenant FROM events WHERE tenant_id = ${tenantId})
    SELECT tenant, coalesce((SELECT policy_version FROM tenants WHERE tenant_id = ${tenantId}), tenant) AS policy FROM log`)
  return rows[0] ?? { tenant: 0, policy: 0 }
}

/** A decider's events are those it knows, and `evolve` passes over the others of its stream; TypeScript cannot see either. */
const isOf = <Event extends DomainEvent>(_event: DomainEvent): _event is Event => true

const fold = <State, Command, Event extends DomainEvent, Refusal extends string>(
  decider: Decider<State, Command, Event, Refusal>,
  stream: LoadedStream,
): State => stream.events.reduce((state, event) => (isOf<Event>(event) ? decider.evolve(state, event) : state), decider.initialState)

const appendTo = async (session: Session, events: readonly DomainEvent[], options: Source & { at: Position }): Promise<RecordedEvent[]> => {
  const records = record(events, options.at, options)
  if (records.length === 0) return []
  const tx = await insertEvents(session, records)
  for (const [index, event] of events.entries()) {
    const { streamId, tenantVersion } = records[index]?.recorded ?? options.at
    const personal = records[index]?.personal?.fields
    const changes = project({ tenantId: options.at.tenantId, streamId, tenantVersion, tx, event, personal })
    for (const change of changes) await session.rows(statementOf(change))
  }
  return records.map(({ recorded }) => recorded)
}

/** The versions that those who cache must not fall below, whether or not this unit raised them. */
class RaisedVersions {
  readonly events: RecordedEvent[] = []
  readonly #principals = new Map<PrincipalId, number>()
  #tenant: number
  #policy: number
  #policyTouched = false

  constructor(current: Versions) {
    this.#tenant = current.tenant
    this.#policy = current.policy
  }

  get tenant(): number {
    return this.#tenant
  }

  /** `before` is the stream's own last version, which counts when the decision changed nothing. */
  note(streamId: string, recorded: readonly RecordedEvent[], before: number): void {
    const touches = touchesOf(streamId)
    const last = recorded.at(-1)?.tenantVersion
    this.events.push(...recorded)
    this.#tenant = last ?? this.#tenant
    if (touches.kind === 'principal') this.#principals.set(touches.principalId, last ?? before)
    else {
      this.#policyTouched = true
      this.#policy = last ?? this.#policy
    }
  }

  versions(): EventVersions {
    const policy = this.#policyTouched ? { policy: this.#policy } : {}
    return { tenant: this.#tenant, principals: new Map(this.#principals), ...policy }
  }
}

/** Opens a unit in a transaction that holds the tenant's lock. */
export const openUnit = async (session: Session, tenantId: TenantId, source: Source): Promise<OpenUnit> => {
  const raised = new RaisedVersions(await currentVersions(session, tenantId))
  const unit: Unit = {
    reads: sessionReads(session, tenantId),
    decide: async (streamId, decider, command) => {
      const stream = await loadStream(session, tenantId, streamId)
      const decision = decider.decide(fold(decider, stream), command)
      if (!decision.accepted) return decision
      const at = { tenantId, streamId, version: stream.version, tenantVersion: raised.tenant }
      const recorded = await appendTo(session, decision.events, { ...source, at })
      raised.note(streamId, recorded, stream.tenantVersion)
      return decision
    },
  }
  return { unit, committed: () => ({ tenantId, versions: raised.versions(), events: [...raised.events] }) }
}
