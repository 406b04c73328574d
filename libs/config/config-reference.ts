import { variables } from './config.ts'

const introduction = `# Configuration

Everything is read from the environment once, at the start. An empty variable counts as not set. A process with a wrong one does not
start: it names every variable that is wrong, and never repeats a value.
`

const defaultOf = (fallback: string | undefined): string => (fallback === undefined || fallback === '' ? '' : `\`${fallback}\``)

/** docs/reference/config.md, from the table by which the environment is read. */
export const configReference = (): string => {
  const rows = Object.entries(variables).map(
    ([name, { about, fallback }]) => `| \`${name}\` | ${defaultOf(fallback)} | ${about.replaceAll('|', '\\|')} |`,
  )
  return `${introduction}\n| variable | default | what for |\n|---|---|---|\n${rows.join('\n')}\n`
}
