import { Command, Option } from 'commander'
import { type Flag, isNoun, type Topic, type Verb } from './verb.ts'

/** Runs a verb with the arguments and options that the command line gave it. */
export type RunVerb = (verb: Verb, args: readonly string[], options: Readonly<Record<string, unknown>>) => Promise<void>

const globalFlags: readonly Flag[] = [
  { flags: '--json', about: "print the API's JSON and nothing else" },
  {
    flags: '--data-dir <folder>',
    about: 'where quickstart.json is (default: CHANCERY_DATA_DIR, else .chancery from here upwards, else in the repository)',
  },
  { flags: '--url <url>', about: 'the server (default: CHANCERY_URL, else what quickstart.json says)' },
  { flags: '--tenant <name>', about: 'the tenant (default: what quickstart.json says)' },
]

const collect = (value: string, previous: readonly string[] | undefined): readonly string[] => [...(previous ?? []), value]

const optionOf = ({ flags, about, repeats, required, choices }: Flag): Option => {
  const option = new Option(flags, about)
  if (choices !== undefined) option.choices(choices)
  if (repeats) option.argParser(collect)
  return option.makeOptionMandatory(required ?? false)
}

const verbCommand = (verb: Verb, run: RunVerb): Command => {
  const command = new Command(verb.name).description(verb.about)
  for (const { name, about } of verb.args ?? []) command.argument(name, about)
  for (const flag of verb.flags ?? []) command.addOption(optionOf(flag))
  return command.action(() => run(verb, command.args, command.optsWithGlobals()))
}

const topicCommand = (topic: Topic, run: RunVerb): Command => {
  if (!isNoun(topic)) return verbCommand(topic, run)
  const command = new Command(topic.name).description(topic.about)
  for (const verb of topic.verbs) command.addCommand(verbCommand(verb, run))
  return command
}

/** The command line as commander knows it; `run` is called by the verb that was chosen. */
export const programOf = (topics: readonly Topic[], run: RunVerb): Command => {
  const program = new Command('chancery').description('Administers a Chancery server and gets tokens from it.')
  for (const flag of globalFlags) program.addOption(optionOf(flag))
  for (const topic of topics) program.addCommand(topicCommand(topic, run))
  return program
}

/** Applies to a command and all below it; commander hands settings down only to commands that it makes itself. */
export const everyCommand = (command: Command, apply: (each: Command) => void): void => {
  apply(command)
  for (const child of command.commands) everyCommand(child, apply)
}
