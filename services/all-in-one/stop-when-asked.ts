import type { Running } from './app.ts'
import type { Log } from './open-store.ts'

/**
 * Ends the process once the service has stopped: with 0 when a signal or the starter's death asks for that, with 1 when another process has
 * taken the database. A stop that is asked for during the start follows it, so that whatever the start has made is taken down in order. Asking
 * twice is asking once, since a terminal sends Ctrl-C to us and to our starter, which passes it on.
 */
export const stopWhenAsked = (starting: Promise<Running>, log: Log): void => {
  let isStopping = false
  const end = async (code: number): Promise<void> => {
    try {
      await (await starting).stop()
      process.exit(code)
    } catch (error) {
      log({ level: 'error', message: 'the service did not stop cleanly', error: error instanceof Error ? error.message : '' })
      process.exit(1)
    }
  }
  const stop = (code = 0): void => {
    if (isStopping) return
    isStopping = true
    void end(code)
  }
  const yieldDatabase = (): void => {
    log({ level: 'error', message: 'another process has taken the database; this one stops' })
    stop(1)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop())
  // The starter holds the other end of this channel: when it is killed, this service must not outlive it.
  process.once('disconnect', () => stop())
  process.channel?.unref()
  // It may have gone while our modules were loading; without a starter this is undefined.
  if (process.connected === false) stop()
  // A start that fails is explained elsewhere.
  starting.then(({ superseded }) => superseded).then(yieldDatabase, () => undefined)
}
