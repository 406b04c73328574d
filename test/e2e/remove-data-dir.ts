import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes a data directory whose service was killed, and the socket directory that the start after it would have removed. */
export const removeDataDir = async (dataDir: string): Promise<void> => {
  const socketDirectory = await readFile(join(dataDir, 'postgres.socket'), 'utf8').catch(() => undefined)
  if (socketDirectory !== undefined) await rm(socketDirectory.trim(), { recursive: true, force: true })
  await rm(dataDir, { recursive: true, force: true })
}
