import type { Command, Option } from 'commander'
import { topics } from './commands/topics.ts'
import { programOf } from './program.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

const tableOf = (rows: readonly (readonly [string, string])[]): string =>
  rows.length === 0
    ? ''
    : `\n| | |\n|---|---|\n${rows.map(([name, about]) => `| \`${name.replaceAll('|', '\\|')}\` | ${cell(about)} |`).join('\n')}\n`

const aboutOf = ({ description, argChoices, mandatory }: Option): string => {
  const choices = argChoices === undefined ? '' : `: ${argChoices.join(', ')}`
  return `${description}${choices}${mandatory ? ' (required)' : ''}`
}

const optionRows = ({ options }: Command): readonly (readonly [string, string])[] =>
  options.map((option) => [option.flags, aboutOf(option)])

const argumentRows = ({ registeredArguments }: Command): readonly (readonly [string, string])[] =>
  registeredArguments.map((argument) => [argument.required ? `<${argument.name()}>` : `[${argument.name()}]`, argument.description])

const usageOf = (command: Command): string => {
  const args = argumentRows(command).map(([name]) => ` ${name}`)
  return `${command.options.length === 0 ? '' : ' [options]'}${args.join('')}`
}

const verbSection = (command: Command, path: string): string => {
  const rows = tableOf([...argumentRows(command), ...optionRows(command)])
  return `\`chancery ${path}${usageOf(command)}\`\n\n${command.description()}\n${rows}`
}

const topicSection = (command: Command): string => {
  if (command.commands.length === 0) return `## ${command.name()}\n\n${verbSection(command, command.name())}`
  const verbs = command.commands.map(
    (verb) => `### ${command.name()} ${verb.name()}\n\n${verbSection(verb, `${command.name()} ${verb.name()}`)}`,
  )
  return `## ${command.name()}\n\n${command.description()}\n\n${verbs.join('\n')}`
}

const introduction = `Generated from the program; \`chancery --help\` says the same.

Exit codes: 0 when it is done, 1 when the server refused or something is wrong, 2 when the command line is.
Errors are one line on stderr, \`chancery: <what is wrong> (<code>)\`, and never hold a secret.
With \`--json\`, stdout holds the API's JSON and nothing else; a deletion has none. Lists without \`--limit\` and \`--cursor\` hold all items.

An admin token comes from CHANCERY_ADMIN_TOKEN, else from quickstart.json; no option takes one. What quickstart.json holds is sent to
the server that wrote it and to addresses of this machine, and to nobody else.
`

/** docs/reference/cli.md, from the same definition as the program. */
export const referencePage = (): string => {
  const program = programOf(topics, () => Promise.resolve())
  const everywhere = `## Options of every command\n${tableOf(optionRows(program))}`
  return `# chancery, the command line\n\n${introduction}\n${everywhere}\n${program.commands.map(topicSection).join('\n')}`
}
