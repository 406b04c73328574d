import { Failure, UsageError } from './failure.ts'
import type { Call } from './verb.ts'

const readAll = async (stream: AsyncIterable<Uint8Array | string>): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

export const readStdin = ({ surroundings: { stdin } }: Pick<Call, 'surroundings'>): Promise<string> => readAll(stdin)

const readOne = async (call: Call, path: string): Promise<string> => {
  try {
    return path === '-' ? await readStdin(call) : await call.surroundings.readFile(path)
  } catch {
    throw new Failure(`${path} cannot be read`, { code: 'unreadable_file' })
  }
}

/** A secret from a file, or from stdin for `-`; never from an argument, which every process of the machine can see. One final line end is an editor's. */
export const readSecret = async (call: Call, path: string): Promise<string> => {
  const secret = (await readOne(call, path)).replace(/\r?\n$/, '')
  if (secret === '') throw new UsageError(`${path === '-' ? 'stdin' : path} holds no secret`)
  call.secrets.learn(secret)
  return secret
}
