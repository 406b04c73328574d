import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedPostgres } from './index.ts'

let root = ''
let sound = ''

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'chancery-test-'))
  await chmod(root, 0o755)
  sound = join(root, 'sound')
  await (await startEmbeddedPostgres({ dataDir: sound })).stop()
})

afterAll(() => rm(root, { recursive: true, force: true }))

const copyOfSound = async (): Promise<string> => {
  const dataDir = await mkdtemp(join(root, 'copy-'))
  await promisify(execFile)('cp', ['-a', `${sound}/.`, dataDir])
  return dataDir
}

/** Of everything but the note that a postmaster leaves of its last command line. */
const digest = async (cluster: string): Promise<string> => {
  const files = (await readdir(cluster, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const hash = createHash('sha256')
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort())
    if (!path.endsWith('/postmaster.opts')) hash.update(path).update(await readFile(path))
  return hash.digest('hex')
}

const scribble = async (path: string): Promise<void> => {
  const file = await open(path, 'r+')
  await file.write(Buffer.from('damage'), 0, 6, 40)
  await file.close()
}

const damages = [
  { damage: 'without PG_VERSION', apply: (cluster: string) => rm(join(cluster, 'PG_VERSION')), told: 'not a PostgreSQL cluster' },
  {
    damage: 'with rubbish for PG_VERSION',
    apply: (cluster: string) => writeFile(join(cluster, 'PG_VERSION'), 'x'),
    told: 'not a PostgreSQL cluster',
  },
  {
    damage: 'of an older PostgreSQL',
    apply: (cluster: string) => writeFile(join(cluster, 'PG_VERSION'), '17\n'),
    told: 'made by PostgreSQL 17',
  },
  {
    damage: 'with a damaged control file',
    apply: (cluster: string) => scribble(join(cluster, 'global', 'pg_control')),
    told: 'incorrect checksum',
  },
  {
    damage: 'without its log',
    apply: (cluster: string) => rm(join(cluster, 'pg_wal'), { recursive: true }),
    told: '"pg_wal" does not exist',
  },
]

describe('a data directory that is not a sound cluster', () => {
  it.each(damages)('($damage) is refused with the reason and left as it was', async ({ apply, told }) => {
    const dataDir = await copyOfSound()
    const cluster = join(dataDir, 'postgres')
    await apply(cluster)
    const before = await digest(cluster)
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({ code: 'corrupt', sentence: expect.stringContaining(told) })
    expect(await digest(cluster)).toBe(before)
  })

  it('is refused when it is a file', async () => {
    const dataDir = join(root, 'file')
    await mkdir(dataDir)
    await writeFile(join(dataDir, 'postgres'), 'not a directory')
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({ code: 'corrupt' })
    expect(await readFile(join(dataDir, 'postgres'), 'utf8')).toBe('not a directory')
  })

  it('is accepted again once it is mended', async () => {
    const dataDir = await copyOfSound()
    const version = join(dataDir, 'postgres', 'PG_VERSION')
    await cp(version, join(dataDir, 'kept'))
    await rm(version)
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({ code: 'corrupt' })
    await cp(join(dataDir, 'kept'), version)
    await (await startEmbeddedPostgres({ dataDir })).stop()
  })
})
