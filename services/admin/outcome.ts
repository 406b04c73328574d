import type { Change } from '@chancery/event-store'
import type { AdminRefusal } from './problems.ts'

export interface Refused {
  readonly accepted: false
  readonly reason: AdminRefusal
  /** Replaces the table's sentence where more can be said. */
  readonly detail?: string
}

/** What a use case answers: what the client is shown, or why not. */
export type Outcome<Value> = { readonly accepted: true; readonly value: Value } | Refused

export const done = <Value>(value: Value): { accepted: true; value: Value } => ({ accepted: true, value })

export const refused = (reason: AdminRefusal, detail?: string): Refused => ({
  accepted: false,
  reason,
  ...(detail === undefined ? {} : { detail }),
})

export type Nothing = Readonly<Record<string, never>>

/** For a change of which there is nothing to say but that it is done. */
export const settled = (change: Change<AdminRefusal>): Outcome<Nothing> => (change.accepted ? done({}) : refused(change.reason))
