import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type KeyMaterial, keyMaterial } from '@chancery/config'
import { StartFault } from './start-fault.ts'
import { systemErrorCode } from './system-error-code.ts'

const read = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw new StartFault(`${path} cannot be read.`, error)
  }
}

/** Written whole or not at all, and never over a key that is there: what was sealed under it would be lost. */
const create = async (path: string): Promise<void> => {
  const draft = `${path}.${process.pid}`
  const text = `${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}\n`
  await writeFile(draft, text, { mode: 0o600, flush: true })
  try {
    await link(draft, path)
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw new StartFault(`${path} cannot be written.`, error)
  } finally {
    await rm(draft, { force: true })
  }
}

const putBack = 'put the file back that was there, or nothing sealed under it opens again.'

const parse = (path: string, text: string): KeyMaterial => {
  try {
    return keyMaterial(text.trim())
  } catch {
    throw new StartFault(`${path} does not hold key material; ${putBack}`)
  }
}

export interface KeyFile {
  readonly dataDir: string
  readonly name: 'master.key' | 'pepper.key'
  /** Whether nothing can have been sealed yet, so that a missing file is one to make and not one that was lost. */
  readonly isFirstStart: boolean
}

/** The key material of a file in the data directory, made on the first start. Rejects with a StartFault; never overwrites. */
export const keyFile = async ({ dataDir, name, isFirstStart }: KeyFile): Promise<KeyMaterial> => {
  const path = join(dataDir, name)
  const known = await read(path)
  if (known !== undefined) return parse(path, known)
  if (!isFirstStart) throw new StartFault(`${path} is gone; ${putBack}`)
  await create(path)
  return parse(path, (await read(path)) ?? '')
}
