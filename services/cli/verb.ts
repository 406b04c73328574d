import type { Api } from './api.ts'
import type { Input } from './input.ts'
import type { Answer } from './output.ts'
import type { Secrecy } from './secrecy.ts'
import type { Settings } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

/** An option as commander spells it, and how often it may stand. */
export interface Flag {
  readonly flags: string
  readonly about: string
  readonly repeats?: true
  readonly required?: true
  readonly choices?: readonly string[]
}

export interface Argument {
  /** `<name>`, or `[name]` when it may be left out. */
  readonly name: string
  readonly about: string
}

/** Everything a verb works with. */
export interface Call {
  readonly input: Input
  readonly settings: Settings
  readonly api: Api
  readonly secrets: Secrecy
  readonly surroundings: Surroundings
  /** For a verb that speaks while it runs; the others return their only answer. */
  print(answer: Answer): void
}

/** One row of the command line: what it is called, what it takes and what it does. */
export interface Verb {
  readonly name: string
  readonly about: string
  readonly args?: readonly Argument[]
  readonly flags?: readonly Flag[]
  run(call: Call): Promise<Answer>
}

export interface Noun {
  readonly name: string
  readonly about: string
  readonly verbs: readonly Verb[]
}

/** `chancery facts` and `chancery doctor` are verbs without a noun. */
export type Topic = Noun | Verb

export const isNoun = (topic: Topic): topic is Noun => 'verbs' in topic
