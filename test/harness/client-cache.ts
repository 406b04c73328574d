import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where foreign clients and their libraries are kept between runs. */
export const cache = fileURLToPath(new URL('../../.cache', import.meta.url))

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** A directory that `make` fills once for each content of the files that pin it; one that was left unfinished is made again. */
export const cached = async (name: string, pins: readonly string[], make: (directory: string) => Promise<void>): Promise<string> => {
  const hash = createHash('sha256')
  for (const path of pins) hash.update(await readFile(path))
  const directory = join(cache, `${name}-${hash.digest('hex').slice(0, 16)}`)
  if (await exists(join(directory, 'complete'))) return directory
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  await make(directory)
  await writeFile(join(directory, 'complete.draft'), '')
  await rename(join(directory, 'complete.draft'), join(directory, 'complete'))
  return directory
}
