import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorsPath, errorsText, openApiPath, openApiText } from './reference.ts'

const root = join(import.meta.dirname, '../..')

const write = async (path: string, text: string): Promise<void> => {
  const file = join(root, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

await write(openApiPath, await openApiText())
await write(errorsPath, errorsText(await readFile(join(root, errorsPath), 'utf8').catch(() => '')))
