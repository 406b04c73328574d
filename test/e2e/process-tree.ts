import { readdirSync, readFileSync } from 'node:fs'

interface Stat {
  readonly pid: number
  readonly command: string
  readonly state: string
  readonly parent: number
}

/** proc(5): the command in parentheses may hold anything, so fields are counted from behind it. */
const statOf = (pid: number): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const end = text.lastIndexOf(')')
    const [state = '', parent] = text.slice(end + 2).split(' ')
    return { pid, command: text.slice(text.indexOf('(') + 1, end), state, parent: Number(parent) }
  } catch {
    return undefined
  }
}

const isAlive = (stat: Stat | undefined): stat is Stat => stat !== undefined && stat.state !== 'Z'

/** Whether the process runs or is stopped; a zombie does neither. */
export const isRunning = (pid: number): boolean => isAlive(statOf(pid))

const childrenOf = (pid: number): Stat[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => statOf(Number(entry)))
    .filter(isAlive)
    .filter(({ parent }) => parent === pid)

/** Every process below this one. */
export const descendantsOf = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child.pid, ...descendantsOf(child.pid)])

/** The postmaster of a service; none while it is being started again. */
export const postmasterOf = (servicePid: number): number | undefined =>
  childrenOf(servicePid).find(({ command }) => command === 'postgres')?.pid

/** The postmaster that a service started, and its backends. */
export const postgresOf = (servicePid: number): { readonly postmaster: number; readonly all: readonly number[] } => {
  const postmaster = postmasterOf(servicePid)
  if (postmaster === undefined) throw new Error(`process ${servicePid} has no postmaster`)
  return { postmaster, all: [postmaster, ...descendantsOf(postmaster)] }
}

/** Sends a signal to every one that is still there: processes of Postgres come and go, also because of the signal before. */
export const signalAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids.filter(isRunning)) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (isRunning(pid)) throw error
    }
  }
}
