import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const beatMs = 1_000
const silenceMs = 15_000
const pollMs = 100

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Creates the lock, unless there is one. */
const create = (file, text) => {
  try {
    writeFileSync(file, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

/** The file may go at any moment: its holder is done, or another waiter was quicker. */
const unlessGone = (action) => {
  try {
    action()
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

/**
 * The lock is a file that names its holders: the bootstrap and the npm it started, which may outlive it. On the same host it is
 * void when all of them are gone; from another host (a mounted folder) when it was not touched for a while.
 */
const isVoid = (text, touchedMs) => {
  const [host, ...pids] = text.split(' ')
  return host === hostname() ? !pids.map(Number).some(isAlive) : Date.now() - touchedMs > silenceMs
}

/** Moves a void lock away. Two may try: whoever finds that it moved a living lock puts it back. */
const clearVoid = (file) => {
  const text = readFileSync(file, 'utf8')
  if (!isVoid(text, statSync(file).mtimeMs)) return
  const aside = `${file}.${process.pid}`
  renameSync(file, aside)
  if (readFileSync(aside, 'utf8') !== text) create(file, readFileSync(aside, 'utf8'))
  rmSync(aside, { force: true })
}

const take = async (file) => {
  mkdirSync(dirname(file), { recursive: true })
  for (let hasSaid = false; !create(file, `${hostname()} ${process.pid}`); hasSaid = true) {
    if (!hasSaid) process.stderr.write('Another start is installing the dependencies; waiting for it…\n')
    unlessGone(() => clearVoid(file))
    await wait(pollMs)
  }
}

/** Runs `work` while no other process of this folder does. `work` names the processes it starts, which then hold the lock as well. */
export const withLock = async (file, work) => {
  await take(file)
  const beat = setInterval(() => unlessGone(() => utimesSync(file, new Date(), new Date())), beatMs)
  try {
    await work((pid) => writeFileSync(file, `${hostname()} ${process.pid} ${pid}`))
  } finally {
    clearInterval(beat)
    rmSync(file, { force: true })
  }
}
