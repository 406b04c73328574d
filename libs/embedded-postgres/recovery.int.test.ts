import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBinaries, runnableBinaries } from './binaries.ts'
import { type EmbeddedPostgres, ownerLock, startEmbeddedPostgres } from './index.ts'
import { launch } from './launcher.ts'
import type { Connection } from './owner-lock.ts'
import { isAlive, isPostmasterOf, readPostmasterFile } from './postmaster-file.ts'
import { chooseServerUser } from './server-user.ts'
import { serverArguments } from './settings.ts'
import { makeSocketDirectory, removeSocketDirectory } from './socket-directory.ts'
import { ask, spawnStarter, until, withClient } from './test-process.ts'

let dataDir = ''
let cluster = ''
const running: EmbeddedPostgres[] = []
const lines: string[] = []

const start = async (): Promise<EmbeddedPostgres> => {
  const database = await startEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) })
  running.push(database)
  return database
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'chancery-test-'))
  cluster = join(dataDir, 'postgres')
  lines.length = 0
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((database) => database.stop()))
  await rm(dataDir, { recursive: true, force: true })
})

/** A postmaster that outlived the process which started it, as on a system without a parent-death signal. */
const spawnOrphan = async (): Promise<{ pid: number; owner: Connection; end: () => Promise<void> }> => {
  const made = await start()
  await made.stop()
  const launcher = { user: await chooseServerUser(undefined, undefined), hasDeathSignal: false }
  const host = await makeSocketDirectory(launcher, dataDir)
  const { postgres } = await runnableBinaries(launcher, await findBinaries(), () => {})
  const { pid = 0 } = launch(launcher, [postgres, ...serverArguments(cluster, host)], 'ignore')
  await until('the orphan takes connections', async () => (await readPostmasterFile(cluster))?.isReady === true)
  const end = async (): Promise<void> => {
    if (await isPostmasterOf(pid, cluster)) process.kill(pid, 'SIGINT')
    await until('the orphan is gone', () => !isAlive(pid))
    await removeSocketDirectory(host)
  }
  return { pid, owner: { ...made.owner, host }, end }
}

describe('kill -9 of the service', () => {
  it('takes the server with it, and the next start has everything that was committed', async () => {
    const starter = spawnStarter(dataDir)
    const { pid, owner } = await starter.told
    await withClient(owner, async (client) => {
      await client.query('create table facts (n int); insert into facts select generate_series(1, 1000)')
      await client.query('begin; insert into facts values (0)')
      await starter.end('SIGKILL')
    })
    await until('the postmaster is gone', () => !isAlive(pid))
    const next = await start()
    expect(await ask(next.owner, 'select sum(n)::int from facts')).toBe(500_500)
    expect(existsSync(owner.host)).toBe(false)
  })

  it('in the middle of the first start leaves nothing that counts as corrupt', async () => {
    for (const trace of ['postgres.init-', 'postgres.socket']) {
      const starter = spawnStarter(dataDir)
      await until(`${trace} appears`, async () => (await readdir(dataDir)).some((name) => name.startsWith(trace)))
      await starter.end('SIGKILL')
    }
    expect(await ask((await start()).owner, 'select 1')).toBe(1)
    expect((await readdir(dataDir)).filter((name) => name.startsWith('postgres.init-'))).toEqual([])
  })
})

describe('kill -9 of the server', () => {
  it('is told, and leaves the way free for a start that recovers', async () => {
    const first = await start()
    await withClient(first.owner, async (client) => {
      await client.query('create table facts as select 7 as n')
      process.kill(first.pid, 'SIGKILL')
      await first.exited
    })
    expect(existsSync(first.owner.host)).toBe(false)
    expect(await ask((await start()).owner, 'select n from facts')).toBe(7)
  })
})

describe('an orphan', () => {
  it('is shut down and replaced when nobody holds the owner lock', async () => {
    const orphan = await spawnOrphan()
    try {
      const next = await start()
      expect(isAlive(orphan.pid)).toBe(false)
      expect(next.pid).not.toBe(orphan.pid)
      expect(existsSync(orphan.owner.host)).toBe(false)
      expect(await ask(next.owner, 'select 1')).toBe(1)
      expect(lines).toEqual([expect.stringContaining(`pid ${orphan.pid}`)])
    } finally {
      await orphan.end()
    }
  })

  it('is no orphan while somebody holds the owner lock', async () => {
    const orphan = await spawnOrphan()
    try {
      await withClient(orphan.owner, async (client) => {
        await client.query('select pg_advisory_lock($1, $2)', [ownerLock.classId, ownerLock.objectId])
        await expect(start()).rejects.toMatchObject({ code: 'in_use', sentence: expect.stringContaining(dataDir) })
        expect((await client.query('select 1')).rowCount).toBe(1)
      })
    } finally {
      await orphan.end()
    }
  })

  it('is replaced although its password and its socket are lost', async () => {
    const orphan = await spawnOrphan()
    try {
      await rm(orphan.owner.host, { recursive: true })
      await rm(join(dataDir, 'postgres.password'))
      const next = await start()
      expect(next.owner.password).not.toBe(orphan.owner.password)
      expect(await ask(next.owner, 'select 1')).toBe(1)
    } finally {
      await orphan.end()
    }
  })
})

describe('a second start', () => {
  it('is refused while the first runs, and the first does not notice', async () => {
    const first = await start()
    await expect(start()).rejects.toMatchObject({ code: 'in_use', sentence: expect.stringContaining(dataDir) })
    expect(await spawnStarter(dataDir).told).toMatchObject({ code: 'in_use' })
    expect(await ask(first.owner, 'select 1')).toBe(1)
  })

  it('at the same moment on a fresh directory is refused, and exactly one of them runs', async () => {
    const starters = [spawnStarter(dataDir), spawnStarter(dataDir), spawnStarter(dataDir)]
    try {
      const told = await Promise.all(starters.map((starter) => starter.told))
      expect(told.map((answer) => answer.code ?? 'runs').sort()).toEqual(['in_use', 'in_use', 'runs'])
    } finally {
      await Promise.all(starters.map((starter) => starter.end('SIGTERM')))
    }
  })

  it('is free to run as soon as the first has stopped', async () => {
    await (await start()).stop()
    expect(await ask((await start()).owner, 'select 1')).toBe(1)
  })
})

describe('a stale pid file', () => {
  const aFewForeignPids = [process.pid, process.ppid, 1]

  it('names a process that is not a postmaster, and does not hinder', async () => {
    await (await start()).stop()
    for (const pid of aFewForeignPids) {
      await writeFile(join(cluster, 'postmaster.pid'), `${pid}\n${cluster}\n1700000000\n5432\n/tmp\n\n  1234567         0\nready   \n`)
      const database = await start()
      expect(await ask(database.owner, 'select 1')).toBe(1)
      await database.stop()
    }
  })

  it('names a dead process, and does not hinder', async () => {
    await (await start()).stop()
    await writeFile(join(cluster, 'postmaster.pid'), `4194303\n${cluster}\n1700000000\n5432\n/tmp\n\n  1234567         0\nready   \n`)
    expect(await ask((await start()).owner, 'select 1')).toBe(1)
  })
})
