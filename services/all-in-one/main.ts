import { readConfig } from '@chancery/config'
import { type Running, start } from './app.ts'
import { StartFault } from './start-fault.ts'

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

const stopOnSignals = (running: Running): void => {
  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log({ level: 'error', message: 'the service did not stop cleanly', error: error instanceof Error ? error.message : '' })
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  // The starter holds the other end of this channel: when it is killed, this service must not outlive it.
  process.once('disconnect', stop)
  process.channel?.unref()
}

const main = async (): Promise<void> => {
  if (Number(process.versions.node.split('.')[0]) < 26)
    refuse(`Chancery runs on Node 26; this is ${process.versions.node}. Start it with npm start.`)
  const read = readConfig(process.env)
  if (!read.accepted) return refuse(...(read.problems ?? []))
  const running = await start(read.value, log).catch(explain)
  stopOnSignals(running)
  process.stdout.write(running.greeting)
}

await main()
