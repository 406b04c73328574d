import type { Decider, Decision } from '@chancery/kernel'
import { expect } from 'vitest'
import { parseEvent, type StoredEvent } from './catalog.ts'

/** A command beside the state it met, what was decided, and the state it left. */
export interface Step<State, Command, Event, Refusal extends string> {
  readonly before: State
  readonly command: Command
  readonly decision: Decision<Event, Refusal>
  readonly after: State
}

/** Runs commands one after the other, each on what the ones before it left. Every event must fit the schema it will be stored under. */
export const walk = <State, Command, Event extends StoredEvent, Refusal extends string>(
  { initialState, evolve, decide }: Decider<State, Command, Event, Refusal>,
  commands: readonly Command[],
): Step<State, Command, Event, Refusal>[] => {
  let state = initialState
  return commands.map((command) => {
    const before = state
    const decision = decide(before, command)
    const events = decision.accepted ? decision.events : []
    for (const event of events) parseEvent(event)
    state = events.reduce(evolve, before)
    return { before, command, decision, after: state }
  })
}

/** The same, as a specification reads: given what happened, when a command comes, then these events or this refusal. */
export const spec = <State, Command, Event extends StoredEvent, Refusal extends string>(
  decider: Decider<State, Command, Event, Refusal>,
) => ({
  given: (history: readonly Event[]) => ({
    when: (command: Command) => {
      const initialState = history.reduce(decider.evolve, decider.initialState)
      const [step] = walk({ ...decider, initialState }, [command])
      return {
        thenAccepted: (events: readonly Event[]): void => expect(step?.decision).toStrictEqual({ accepted: true, events }),
        thenRejected: (reason: Refusal): void => expect(step?.decision).toStrictEqual({ accepted: false, reason }),
      }
    },
  }),
})
