import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './index.ts'
import { run } from './launcher.ts'
import { isAlive } from './postmaster-file.ts'
import { ask, spawnStarter, withClient } from './test-process.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65534

// In a clone below a directory of mode 0700 no other user can run a test's process; the server itself runs there all the same.
const canSpawnAsNobody =
  isRoot &&
  (
    await run({ user: { uid: nobody, gid: nobody }, hasDeathSignal: false }, [
      process.execPath,
      '-e',
      `require('fs').readFileSync(process.argv[1])`,
      import.meta.filename,
    ])
  ).code === 0

let root = ''
const running: EmbeddedPostgres[] = []

const start = async (options: Parameters<typeof startEmbeddedPostgres>[0]): Promise<EmbeddedPostgres> => {
  const database = await startEmbeddedPostgres(options)
  running.push(database)
  return database
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chancery-test-'))
  await chmod(root, 0o755)
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((database) => database.stop()))
  await rm(root, { recursive: true, force: true })
})

describe('a running server', () => {
  const settings = { work_mem: '8MB', fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_prepared_transactions: '5' }
  let home = ''
  let database: EmbeddedPostgres

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'chancery-test-'))
    database = await startEmbeddedPostgres({ dataDir: home, settings })
  })

  afterAll(async () => {
    await database.stop()
    await rm(home, { recursive: true, force: true })
  })

  it('answers over a socket in a directory that nobody else can enter', async () => {
    const { owner, url } = database
    expect(await ask(owner, 'select 1')).toBe(1)
    expect((await stat(owner.host)).mode & 0o777).toBe(0o700)
    expect(owner).toMatchObject({ port: 5432, database: 'chancery', user: 'chancery' })
    expect(new URL(url).searchParams.get('host')).toBe(owner.host)
    expect(await ask(owner, "select current_setting('listen_addresses')")).toBe('')
  })

  it('has its database in UTF8 with the collation that is built into the server', async () => {
    const row = `select concat_ws(' ', pg_encoding_to_char(encoding), datlocprovider, datlocale, datcollate) from pg_database where datname = 'chancery'`
    expect(await ask(database.owner, row)).toBe('UTF8 b C.UTF-8 C')
  })

  it('lets no one in without the password, which is kept in a file of mode 0600', async () => {
    expect((await stat(join(home, 'postgres.password'))).mode & 0o777).toBe(0o600)
    await expect(ask({ ...database.owner, password: 'guessed' }, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  })

  it('leaves nothing beside the cluster that only its making needed', async () => {
    expect((await readdir(home)).sort()).toEqual(['postgres', 'postgres.lock', 'postgres.log', 'postgres.password', 'postgres.socket'])
  })

  it('takes settings, except those on which promises rest', async () => {
    const values = await Promise.all(Object.keys(settings).map((name) => ask(database.owner, `select current_setting('${name}')`)))
    expect(values).toEqual(['8MB', 'on', 'on', 'on', '0'])
  })

  it('keeps values and statements out of its log', async () => {
    await withClient(database.owner, async (client) => {
      await client.query(`create table t (k text primary key); insert into t values ('sesame')`)
      await expect(client.query(`insert into t values ('sesame')`)).rejects.toMatchObject({ code: '23505' })
      await expect(client.query(`select 'sesame'::uuid`)).rejects.toMatchObject({ code: '22P02' })
      await expect(client.query(`alter role chancery passwort 'sesame'`)).rejects.toMatchObject({ code: '42601' })
    })
    const log = await readFile(join(home, 'postgres.log'), 'utf8')
    expect(log).toContain('ready to accept connections')
    expect(log).not.toContain('sesame')
    expect(log).not.toContain(database.owner.password)
  })
})

describe('a first start', () => {
  it('takes an empty directory, such as a fresh volume, for no cluster', async () => {
    await mkdir(join(root, 'data', 'postgres'), { recursive: true })
    expect(await ask((await start({ dataDir: join(root, 'data') })).owner, 'select 1')).toBe(1)
  })

  it('works under a path longer than a socket address', async () => {
    const dataDir = join(root, 'a-directory-with-quite-a-long-name'.repeat(3), 'and-one-more-below-it'.repeat(3), '.chancery')
    expect(dataDir.length).toBeGreaterThan(107)
    expect(await ask((await start({ dataDir })).owner, 'select 1')).toBe(1)
  })
})

describe('stopping', () => {
  it('leaves neither a process nor a socket directory, and may be asked for twice', async () => {
    const database = await start({ dataDir: join(root, 'data') })
    await Promise.all([database.stop(), database.stop()])
    expect(isAlive(database.pid)).toBe(false)
    expect(existsSync(database.owner.host)).toBe(false)
  })

  it('is not an unexpected exit', async () => {
    const database = await start({ dataDir: join(root, 'data') })
    await database.stop()
    expect(await Promise.race([database.exited.then(() => 'told'), Promise.resolve('silent')])).toBe('silent')
  })

  it('does not wait for clients', async () => {
    const database = await start({ dataDir: join(root, 'data') })
    await withClient(database.owner, async (client) => {
      await client.query('begin')
      await database.stop()
    })
    expect(isAlive(database.pid)).toBe(false)
  })
})

describe.runIf(isRoot)('as root', () => {
  it('runs the server as nobody, with the group of nobody', async () => {
    const { pid } = await start({ dataDir: join(root, 'data') })
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\t65534\t65534\t65534/m)
    expect(status).toMatch(/^Gid:\t65534\t65534\t65534/m)
    expect(status).toMatch(/^Groups:\t\s*$/m)
  })

  it('runs it as the user asked for, and hands an existing cluster over', async () => {
    const dataDir = join(root, 'data')
    await (await start({ dataDir })).stop()
    const { pid, owner } = await start({ dataDir, pgUser: 'daemon' })
    expect(await readFile(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\t1\t/m)
    expect(await ask(owner, 'select 1')).toBe(1)
  })

  it('runs it as the owner of a cluster that a user started before', async () => {
    const dataDir = join(root, 'data')
    await (await start({ dataDir, pgUser: 'daemon' })).stop()
    expect(await readFile(`/proc/${(await start({ dataDir })).pid}/status`, 'utf8')).toMatch(/^Uid:\t1\t/m)
  })

  it('refuses a user that does not exist, and root', async () => {
    await expect(start({ dataDir: join(root, 'data'), pgUser: 'no-such-user' })).rejects.toMatchObject({
      code: 'unwritable',
      sentence: expect.stringContaining('no-such-user'),
    })
    await expect(start({ dataDir: join(root, 'data'), pgUser: 'root' })).rejects.toMatchObject({ code: 'unwritable' })
  })

  it('opens a data directory of mode 0700 to the group of the server alone', async () => {
    const dataDir = join(root, 'data')
    await mkdir(dataDir, { mode: 0o700 })
    const lines: string[] = []
    await start({ dataDir, log: (line) => lines.push(line) })
    expect((await stat(dataDir)).mode & 0o777).toBe(0o710)
    expect((await stat(dataDir)).gid).toBe(nobody)
    expect(lines).toEqual([])
  })

  it('puts the data into the system directory, once and saying so, when a home of mode 0700 is in the way', async () => {
    const dataDir = join(root, 'home', 'clone', '.chancery')
    await mkdir(join(root, 'home'), { mode: 0o700 })
    const lines: string[] = []
    const options = { dataDir, log: (line: string): number => lines.push(line) }
    try {
      const first = await start(options)
      await withClient(first.owner, (client) => client.query('create table kept ()'))
      await first.stop()
      expect(await ask((await start(options)).owner, `select to_regclass('kept') is not null`)).toBe(true)
      expect(lines).toEqual([expect.stringContaining(dataDir)])
      expect(await readlink(join(dataDir, 'postgres'))).toMatch(/^\/var\/lib\/chancery\/[0-9a-f]{12}-\w{6}\/postgres$/)
      await running.splice(0).at(-1)?.stop()
    } finally {
      await rm(dirname(await readlink(join(dataDir, 'postgres'))), { recursive: true, force: true })
    }
    await expect(start(options)).rejects.toMatchObject({ code: 'corrupt', sentence: expect.stringContaining('gone') })
  })
})

describe.runIf(canSpawnAsNobody)('as an ordinary user', () => {
  it('runs the server as that user', async () => {
    const dataDir = join(root, 'data')
    await mkdir(dataDir, { mode: 0o700 })
    await chown(dataDir, nobody, nobody)
    const starter = spawnStarter(dataDir, nobody)
    try {
      const { owner, pid } = await starter.told
      expect(await ask(owner, 'select 1')).toBe(1)
      expect(await readFile(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\t65534\t/m)
    } finally {
      await starter.end('SIGTERM')
    }
  })

  it('says which directory it cannot write', async () => {
    const made = spawnStarter(join(root, 'data'), nobody)
    expect(await made.told).toMatchObject({ code: 'unwritable', sentence: expect.stringContaining(join(root, 'data')) })
    await mkdir(join(root, 'theirs'))
    const theirs = spawnStarter(join(root, 'theirs'), nobody)
    expect(await theirs.told).toMatchObject({ code: 'unwritable', sentence: expect.stringContaining(join(root, 'theirs')) })
  })

  it('refuses the cluster of another user', async () => {
    const dataDir = join(root, 'data')
    await (await start({ dataDir, pgUser: 'daemon' })).stop()
    await chown(dataDir, nobody, nobody)
    await chown(join(dataDir, 'postgres.lock'), nobody, nobody)
    await chown(join(dataDir, 'postgres.password'), nobody, nobody)
    expect(await spawnStarter(dataDir, nobody).told).toMatchObject({ code: 'unwritable', sentence: expect.stringContaining('uid 1)') })
  })
})
