import { chmod, mkdir } from 'node:fs/promises'
import { EmbeddedPostgresFault } from './embedded-postgres-fault.ts'

const path = '/var/lib/chancery'

/** Where binaries and data go when root runs Chancery from a place closed to the server's user. Everybody may traverse it. */
export const systemDirectory = async (): Promise<string> => {
  try {
    await mkdir(path, { recursive: true })
    await chmod(path, 0o755)
    return path
  } catch (error) {
    throw new EmbeddedPostgresFault(
      'unwritable',
      `The directory ${path} cannot be made, and PostgreSQL's user cannot reach the clone.`,
      error,
    )
  }
}
