import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Binaries, findBinaries, runnableBinaries } from './binaries.ts'
import { type Launcher, probeDeathSignal, run } from './launcher.ts'

const isRoot = process.getuid?.() === 0
const ourselves: Launcher = { user: undefined, hasDeathSignal: false }
const nobody: Launcher = { user: { uid: 65534, gid: 65534 }, hasDeathSignal: false }

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chancery-test-'))
  await chmod(root, 0o755)
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** The installed package as version 0.0.0-test in a directory of the given mode. */
const copyIn = async (mode: number): Promise<Binaries> => {
  const installed = await findBinaries()
  const home = join(root, 'package', 'native')
  await mkdir(dirname(home), { mode })
  await cp(installed.home, home, { recursive: true, verbatimSymlinks: true })
  await writeFile(join(root, 'package', 'package.json'), '{ "version": "0.0.0-test" }')
  return { home, initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres') }
}

describe('the binaries', () => {
  it('are PostgreSQL 18', async () => {
    const { postgres } = await findBinaries()
    expect((await run(ourselves, [postgres, '--version'])).stdout).toMatch(/^postgres \(PostgreSQL\) 18\./)
  })

  it.runIf(isRoot)('run where they are when the user of the server can run them there', async () => {
    const open = await copyIn(0o755)
    expect(await runnableBinaries(nobody, open, expect.unreachable)).toEqual(open)
  })

  it.runIf(isRoot)('are copied to the system directory, once and saying so, when that user cannot', async () => {
    const closed = await copyIn(0o700)
    const lines: string[] = []
    const copy = await runnableBinaries(nobody, closed, (line) => lines.push(line))
    try {
      expect(copy.home).toBe('/var/lib/chancery/postgres-0.0.0-test')
      expect((await run(nobody, [copy.postgres, '--version'])).code).toBe(0)
      expect(await runnableBinaries(nobody, closed, (line) => lines.push(line))).toEqual(copy)
      expect(lines).toEqual([expect.stringContaining(copy.home)])
    } finally {
      await rm(copy.home, { recursive: true, force: true })
    }
  })
})

describe('a program', () => {
  it('that does not exist ends with code 127', async () => {
    expect((await run(ourselves, ['/no/such/program'])).code).toBe(127)
    expect((await run({ user: undefined, hasDeathSignal: await probeDeathSignal() }, ['/no/such/program'])).code).toBe(127)
  })

  it('does not see the environment of its caller', async () => {
    process.env['PGOPTIONS'] = '-c fsync=off'
    try {
      expect((await run(ourselves, ['env'])).stdout).not.toContain('PGOPTIONS')
    } finally {
      delete process.env['PGOPTIONS']
    }
  })
})
