import type { Running } from './app.ts'
import type { Log } from './open-store.ts'

/**
 * Ends the process with 0 once the service has stopped, when a signal or the starter's death asks for that. A stop that is asked for during
 * the start follows it, so that whatever the start has made is taken down in order; asking twice is asking once, since a terminal sends Ctrl-C
 * to us and to our starter, which passes it on.
 */
export const stopWhenAsked = (starting: Promise<Running>, log: Log): void => {
  let isStopping = false
  const end = async (): Promise<void> => {
    try {
      await (await starting).stop()
      process.exit(0)
    } catch (error) {
      log({ level: 'error', message: 'the service did not stop cleanly', error: error instanceof Error ? error.message : '' })
      process.exit(1)
    }
  }
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    void end()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  // The starter holds the other end of this channel: when it is killed, this service must not outlive it.
  process.once('disconnect', stop)
  process.channel?.unref()
  // It may have gone while our modules were loading; without a starter this is undefined.
  if (process.connected === false) stop()
}
