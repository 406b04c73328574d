import { readConfig } from '@chancery/config'
import { start } from './app.ts'
import { StartFault } from './start-fault.ts'
import { stopWhenAsked } from './stop-when-asked.ts'

const log = (line: Readonly<Record<string, unknown>>): void => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`)
}

/** Says why in one sentence each; only a bug shows its stack. */
const refuse = (...sentences: readonly string[]): never => {
  for (const sentence of sentences) process.stderr.write(`chancery: ${sentence}\n`)
  process.exit(1)
}

const explain = (error: unknown): never => {
  if (error instanceof StartFault) return refuse(error.message)
  throw error
}

const main = async (): Promise<void> => {
  if (Number(process.versions.node.split('.')[0]) < 26)
    refuse(`Chancery runs on Node 26; this is ${process.versions.node}. Start it with npm start.`)
  const read = readConfig(process.env)
  if (!read.accepted) return refuse(...(read.problems ?? []))
  const starting = start(read.value, log).catch(explain)
  stopWhenAsked(starting, log)
  const { greeting } = await starting
  process.stdout.write(greeting)
}

await main()
