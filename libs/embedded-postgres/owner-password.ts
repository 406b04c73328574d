import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { absent } from './embedded-postgres-fault.ts'

const fileOf = (dataDir: string): string => join(dataDir, 'postgres.password')

/** 256 bits over an alphabet that needs no quoting in SQL or a URL. */
export const newPassword = (): string => randomBytes(32).toString('base64url')

/** The password kept in the data directory; undefined when it is missing or is not one of ours. */
export const readPassword = async (dataDir: string): Promise<string | undefined> => {
  const text = (await readFile(fileOf(dataDir), 'utf8').catch(absent))?.trim()
  return text !== undefined && /^[\w-]{43}$/.test(text) ? text : undefined
}

/** Keeps the password, mode 0600; durable and whole when it resolves. */
export const keepPassword = async (dataDir: string, password: string): Promise<void> => {
  const temporary = `${fileOf(dataDir)}.new`
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o600)
  await file.writeFile(`${password}\n`)
  await file.sync()
  await file.close()
  await rename(temporary, fileOf(dataDir))
}
