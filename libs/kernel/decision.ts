/** What a decider answers: events to append, or one reason from a closed union. A refusal is a value, never an exception. */
export type Decision<Event, Refusal extends string> =
  | { readonly accepted: true; readonly events: readonly Event[] }
  | { readonly accepted: false; readonly reason: Refusal }

export const accept = <Event>(...events: readonly Event[]): { accepted: true; events: readonly Event[] } => ({ accepted: true, events })

export const reject = <Refusal extends string>(reason: Refusal): { accepted: false; reason: Refusal } => ({ accepted: false, reason })

/** A value, or one reason from a closed union why there is none. */
export type Outcome<Value, Refusal extends string> =
  | { readonly accepted: true; readonly value: Value }
  | { readonly accepted: false; readonly reason: Refusal }

export const granted = <Value>(value: Value): { accepted: true; value: Value } => ({ accepted: true, value })

/** Pure rules over one stream. `evolve` ignores events it does not know, so several deciders can share a stream. */
export interface Decider<State, Command, Event, Refusal extends string> {
  readonly initialState: State
  readonly evolve: (state: State, event: Event) => State
  readonly decide: (state: State, command: Command) => Decision<Event, Refusal>
}
