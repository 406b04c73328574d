import { execFile } from 'node:child_process'
import { readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { absent } from './embedded-postgres-fault.ts'

/** What a running server writes into `postmaster.pid` (PostgreSQL's src/include/utils/pidfile.h), as far as we read it. */
export interface PostmasterFile {
  readonly pid: number
  readonly port: number
  readonly socketDirectory: string
  /** The server takes connections. */
  readonly isReady: boolean
}

export const postmasterFileOf = (cluster: string): string => join(cluster, 'postmaster.pid')

/** Undefined when there is none. A file cut short reads as pid 0, which is nobody's. */
export const readPostmasterFile = async (cluster: string): Promise<PostmasterFile | undefined> => {
  const text = await readFile(postmasterFileOf(cluster), 'utf8').catch(absent)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const number = (line: number): number => Number(/^\d+$/.exec(lines[line] ?? '')?.[0] ?? 0)
  return { pid: number(0), port: number(3), socketDirectory: lines[4] ?? '', isReady: lines[7]?.trim() === 'ready' }
}

/** A zombie counts as alive: it still has its pid. */
export const isAlive = (pid: number): boolean => {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const commandLine = async (pid: number): Promise<string> =>
  (await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))).stdout

/**
 * Whether this pid is a live postmaster on this very cluster. A postmaster works in its data directory, which the kernel tells without
 * its cooperation and which survives renaming; where there is no /proc, its command line has to do. A zombie runs nothing.
 */
export const isPostmasterOf = async (pid: number, cluster: string): Promise<boolean> => {
  if (!isAlive(pid)) return false
  if (process.platform !== 'linux') return (await commandLine(pid)).includes(`-D ${cluster} `)
  const [directory, command, own] = await Promise.all([
    readlink(`/proc/${pid}/cwd`).catch(() => ''),
    readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''),
    realpath(cluster),
  ])
  return directory === own && command.trim() === 'postgres'
}
