import { CommanderError } from 'commander'
import { apiOf } from './api.ts'
import { topics } from './commands/topics.ts'
import { Failure, UsageError } from './failure.ts'
import { inputOf } from './input.ts'
import { type Answer, printable } from './output.ts'
import { everyCommand, programOf, type RunVerb } from './program.ts'
import { type Secrecy, secrecy } from './secrecy.ts'
import { readSettings } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

/** Runs one command line (without the program's own name) and resolves with the exit code: 0, 1 for a refusal, 2 for wrong usage. */
export type Run = (argv: readonly string[]) => Promise<number>

interface Outcome {
  exitCode: number
}

const verbRunner =
  (surroundings: Surroundings, secrets: Secrecy, outcome: Outcome): RunVerb =>
  async (verb, args, options) => {
    const input = inputOf(args, options)
    const settings = await readSettings(input, surroundings, secrets)
    const print = ({ json, text }: Answer): void => {
      if (!input.isOn('json')) surroundings.stdout.write(`${text}\n`)
      else if (json !== undefined) surroundings.stdout.write(`${JSON.stringify(json)}\n`)
    }
    const answer = await verb.run({ input, settings, api: apiOf(settings, surroundings.fetch), secrets, surroundings, print })
    print(answer)
    outcome.exitCode = answer.exitCode ?? 0
  }

const lineOf = (error: unknown): string => {
  if (error instanceof Failure) return `${error.message} (${error.code})`
  return error instanceof Error ? error.message : 'something went wrong'
}

/** The command line in given surroundings. Never rejects; what goes wrong is one line on stderr. */
export const build = (surroundings: Surroundings): Run => {
  return async (argv) => {
    const secrets = secrecy()
    const outcome: Outcome = { exitCode: 0 }
    const complain = (text: string): void => void surroundings.stderr.write(secrets.hide(text))
    const program = programOf(topics, verbRunner(surroundings, secrets, outcome))
    everyCommand(program, (command) => {
      command
        .exitOverride()
        .configureHelp({ showGlobalOptions: true })
        .configureOutput({
          writeOut: (text) => void surroundings.stdout.write(text),
          writeErr: complain,
          outputError: (text, write) => write(text.replace(/^error: /, 'chancery: ')),
        })
    })
    try {
      await program.parseAsync([...argv], { from: 'user' })
      return outcome.exitCode
    } catch (error) {
      if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
      complain(`chancery: ${printable(lineOf(error))}\n`)
      return error instanceof UsageError ? 2 : 1
    }
  }
}
