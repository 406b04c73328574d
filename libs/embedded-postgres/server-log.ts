import { open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

const rotateAtBytes = 1024 * 1024

export interface ServerLog {
  readonly path: string
  readonly fd: number
  /** What the server wrote since the file was opened. */
  written(): Promise<string>
  close(): Promise<void>
}

/** Opens the server's log in the data directory, 0600, and puts an old one of more than 1 MiB aside first. */
export const openServerLog = async (dataDir: string): Promise<ServerLog> => {
  const path = join(dataDir, 'postgres.log')
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size > rotateAtBytes) await rename(path, `${path}.1`)
  const file = await open(path, 'a+', 0o600)
  const start = (await file.stat()).size
  const written = async (): Promise<string> => {
    const length = (await file.stat()).size - start
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(length, rotateAtBytes)), 0, null, start)
    return buffer.subarray(0, bytesRead).toString('utf8')
  }
  return { path, fd: file.fd, written, close: () => file.close() }
}

export interface Refusal {
  /** SQLSTATE; empty when the server died before it could write one. */
  readonly state: string
  readonly line: string
}

/** Why the server refused: its first FATAL or PANIC line (prefix `%m [%p] %e `, see settings), else the last line there is. */
export const refusalIn = (log: string): Refusal => {
  const lines = log.split('\n').filter((line) => line.trim() !== '')
  const fatal = lines
    .map((line) => /\[\d+\] (?<state>\w{5}) (?:FATAL|PANIC): +(?<text>.*)$/.exec(line)?.groups)
    .find((groups) => groups !== undefined)
  return { state: fatal?.['state'] ?? '', line: (fatal?.['text'] ?? lines.at(-1) ?? 'no message').trim() }
}
