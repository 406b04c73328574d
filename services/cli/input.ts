import { secondsIn } from './duration.ts'
import { UsageError } from './failure.ts'

/** The command line of one verb, read by name. What is malformed throws UsageError. */
export interface Input {
  /** An argument that the verb declares as required. */
  argument(position: number): string
  optionalArgument(position: number): string | undefined
  text(option: string): string | undefined
  /** The values of a repeatable option; an empty value stands for nothing, so `--host ''` is the empty list. */
  list(option: string): readonly string[] | undefined
  isOn(option: string): boolean
  /** True only for the negated form of an option, as `--no-audience`. */
  isOff(option: string): boolean
  integer(option: string): number | undefined
  seconds(option: string): number | undefined
}

const wholeNumber = (option: string, text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--${option} takes a whole number, not '${text}'`)
  return Number(text)
}

export const inputOf = (args: readonly string[], options: Readonly<Record<string, unknown>>): Input => {
  const text = (option: string): string | undefined => {
    const value = options[option]
    return typeof value === 'string' ? value : undefined
  }
  return {
    argument(position) {
      const value = args[position]
      if (value === undefined || value === '') throw new UsageError('an argument is empty')
      return value
    },
    optionalArgument: (position) => args[position],
    text,
    list(option) {
      const value = options[option]
      return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && item !== '') : undefined
    },
    isOn: (option) => options[option] === true,
    isOff: (option) => options[option] === false,
    integer(option) {
      const value = text(option)
      return value === undefined ? undefined : wholeNumber(option, value)
    },
    seconds(option) {
      const value = text(option)
      return value === undefined ? undefined : secondsIn(value)
    },
  }
}
