import type { EmbeddedPostgres } from '@chancery/embedded-postgres'
import { faultCode } from '@chancery/kernel'
import { persist } from './persist.ts'
import { type SocketLink, socketLink } from './socket-link.ts'

/** An embedded Postgres that is started again when it goes, behind a connection that stays the same. */
export interface RevivingPostgres {
  readonly owner: EmbeddedPostgres['owner']
  /** Resolves when no server runs any more. */
  stop(): Promise<void>
}

export interface RevivingPostgresOptions {
  readonly dataDir: string
  readonly start: () => Promise<EmbeddedPostgres>
  readonly log: (line: Readonly<Record<string, unknown>>) => void
}

/** Each attempt starts a process and writes a line to two logs. */
const longestPauseMs = 5000

const linkTo = async (server: EmbeddedPostgres, dataDir: string): Promise<SocketLink> => {
  try {
    const link = await socketLink(dataDir)
    await link.leadTo(server.owner.host)
    return link
  } catch (error) {
    await server.stop()
    throw error
  }
}

/**
 * Starts the server and keeps it: one that goes unasked is started again, which recovers whatever it had acknowledged. Nobody's connection
 * survives that, but new ones find the new server under the old name. Rejects as the first start does.
 */
export const revivingPostgres = async ({ dataDir, start, log }: RevivingPostgresOptions): Promise<RevivingPostgres> => {
  let server = await start()
  const link = await linkTo(server, dataDir)
  const ending = new AbortController()
  const onFailure = (error: unknown): void =>
    log({ level: 'error', message: 'the embedded Postgres does not start', code: faultCode(error) })
  const trying = { signal: ending.signal, onFailure, longestPauseMs }
  let reviving = Promise.resolve()

  const revive = async (): Promise<void> => {
    log({ level: 'error', message: 'the embedded Postgres has gone; it is being started again' })
    const next = await persist(start, trying)
    if (next === undefined) return
    keep(next)
    await persist(() => link.leadTo(next.owner.host), trying)
    log({ level: 'info', message: 'the embedded Postgres runs again' })
  }
  const keep = (next: EmbeddedPostgres): void => {
    server = next
    void next.exited.then(() => {
      reviving = reviving.then(revive)
    })
  }

  keep(server)
  return {
    owner: { ...server.owner, host: link.path },
    async stop() {
      ending.abort()
      await reviving
      await server.stop()
      await link.remove()
    },
  }
}
