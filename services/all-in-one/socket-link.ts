import { mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

// sockaddr_un takes 107 bytes on Linux and 103 on macOS.
const longestSocketPath = 103
const socketName = '.s.PGSQL.5432'

/** A name for a server's socket directory that stays the same when the server is started again elsewhere. */
export interface SocketLink {
  readonly path: string
  /** Whoever connects from now on reaches the socket in `directory`. */
  leadTo(directory: string): Promise<void>
  remove(): Promise<void>
}

/** In the data directory, which no cleaner of temporary files visits; elsewhere only if a socket below it could not be connected to. */
const placeFor = async (dataDir: string): Promise<{ path: string; isTemporary: boolean }> => {
  const path = join(dataDir, 'postgres.host')
  if (Buffer.byteLength(join(path, socketName)) <= longestSocketPath) return { path, isTemporary: false }
  return { path: join(await mkdtemp(join(tmpdir(), 'chancery-')), 'host'), isTemporary: true }
}

export const socketLink = async (dataDir: string): Promise<SocketLink> => {
  const { path, isTemporary } = await placeFor(dataDir)
  return {
    path,
    // Renamed over the old one, so that there is always one that leads somewhere.
    async leadTo(directory) {
      const draft = `${path}.${process.pid}`
      await rm(draft, { force: true })
      await symlink(directory, draft)
      await rename(draft, path)
    },
    remove: () => rm(isTemporary ? dirname(path) : path, { recursive: true, force: true }),
  }
}
