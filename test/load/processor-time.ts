import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts processor time in hundredths of a second. */
const msPerTick = 10

interface Stat {
  readonly parent: number
  readonly ticks: number
}

/** proc(5): the command in parentheses may hold anything, so fields are counted from behind it. */
const statOf = (pid: number): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }
  } catch {
    return undefined
  }
}

/** User and system time of one process so far, in milliseconds. */
export const processorMs = (pid: number): number => (statOf(pid)?.ticks ?? 0) * msPerTick

/** The same for all processes below it that are alive. */
export const descendantsMs = (pid: number): number => {
  const stats = new Map<number, Stat>()
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? statOf(Number(entry)) : undefined
    if (stat !== undefined) stats.set(Number(entry), stat)
  }
  const isBelow = (candidate: number): boolean => {
    const parent = stats.get(candidate)?.parent
    return parent !== undefined && parent > 1 && (parent === pid || isBelow(parent))
  }
  return [...stats].filter(([candidate]) => isBelow(candidate)).reduce((sum, [, { ticks }]) => sum + ticks * msPerTick, 0)
}
