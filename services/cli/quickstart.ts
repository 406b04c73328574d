import { dirname, join } from 'node:path'
import { Failure } from './failure.ts'
import { isObject, parseJson, textOf } from './json.ts'
import type { Surroundings } from './surroundings.ts'

/** What a server wrote down for its first users. */
export interface Quickstart {
  readonly path: string
  readonly baseUrl: string | undefined
  readonly tenant: string | undefined
  readonly issuer: string | undefined
  readonly tokenUrl: string | undefined
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  readonly adminToken: string | undefined
}

const fileName = 'quickstart.json'

const upwards = (folder: string): readonly string[] => (dirname(folder) === folder ? [folder] : [folder, ...upwards(dirname(folder))])

/** Where the file may be, first come first served: the named folder alone, else `.chancery` from here upwards, else in the repository. */
const placesOf = (dataDir: string | undefined, { cwd, repositoryRoot }: Surroundings): readonly string[] =>
  dataDir === undefined
    ? [...new Set([...upwards(cwd), repositoryRoot])].map((folder) => join(folder, '.chancery', fileName))
    : [join(dataDir, fileName)]

const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(textOf(error, 'code') ?? '')

const parse = (path: string, text: string): Quickstart => {
  const body = parseJson(text)
  if (!isObject(body))
    throw new Failure(`${path} is not a JSON object; restart the server to have it written again`, { code: 'bad_quickstart' })
  return {
    path,
    baseUrl: textOf(body, 'base_url'),
    tenant: textOf(body, 'tenant'),
    issuer: textOf(body, 'issuer'),
    tokenUrl: textOf(body, 'token_url'),
    clientId: textOf(body, 'client_id'),
    clientSecret: textOf(body, 'client_secret'),
    adminToken: textOf(body, 'admin_token'),
  }
}

const readIfThere = async (path: string, surroundings: Surroundings): Promise<string | undefined> => {
  try {
    return await surroundings.readFile(path)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw new Failure(`${path} cannot be read: run this as the user that runs the server`, { code: 'unreadable_quickstart' })
  }
}

/** The first quickstart.json found; `undefined` when there is none. Throws Failure when it cannot be read or understood. */
export const readQuickstart = async (dataDir: string | undefined, surroundings: Surroundings): Promise<Quickstart | undefined> => {
  for (const path of placesOf(dataDir, surroundings)) {
    const text = await readIfThere(path, surroundings)
    if (text !== undefined) return parse(path, text)
  }
  return undefined
}
