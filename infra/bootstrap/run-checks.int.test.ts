import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const source = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const tools = ['typescript/bin/tsc', 'oxlint/bin/oxlint', '@biomejs/biome/bin/biome', 'knip/bin/knip.js']
const passing = "import { it } from 'vitest'\nit('holds', () => {})"
const failing = "import { it } from 'vitest'\nit('breaks', () => { throw new Error('broken') })"

let house: string

const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(house, name)), { recursive: true })
  writeFileSync(join(house, name), text)
}

const breakTool = (tool: string): void => write(`node_modules/${tool}`, 'process.exitCode = 1')

const run = (...args: readonly string[]): Promise<{ readonly code: number; readonly lastLine: string | undefined }> =>
  new Promise((resolve) => {
    const command = [join(house, 'infra/bootstrap/run-checks.ts'), ...args]
    execFile(process.execPath, command, { cwd: house, env: { PATH: process.env.PATH } }, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), lastLine: stdout.trimEnd().split('\n').at(-1) }),
    )
  })

/** A house whose four checks are well, with the real vitest. */
beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), 'chancery-checks-'))
  for (const tool of tools) write(`node_modules/${tool}`, '')
  symlinkSync(source('../../node_modules/vitest'), join(house, 'node_modules/vitest'))
  for (const name of ['infra/bootstrap/run-checks.ts', 'vitest.config.ts', 'package.json'])
    cpSync(source(`../../${name}`), join(house, name))
  write('libs/gate/well.test.ts', passing)
})

afterEach(() => rmSync(house, { recursive: true }))

it('each check and each test counts as one', async () => {
  write('libs/gate/redis.int.test.ts', passing)
  expect(await run()).toEqual({ code: 0, lastLine: '6 passed, 0 failed' })
})

it.each(tools)('a complaint of %s fails the run', async (tool) => {
  breakTool(tool)
  expect(await run()).toEqual({ code: 1, lastLine: '4 passed, 1 failed' })
})

it('a failed test and a file that does not load fail the run, a skipped test is counted', async () => {
  write('libs/gate/broken.test.ts', failing)
  write('libs/gate/unloadable.test.ts', "import './nowhere.ts'")
  write('libs/gate/engineless.test.ts', "import { it } from 'vitest'\nit.skipIf(true)('needs an engine', () => {})")
  expect(await run()).toEqual({ code: 1, lastLine: '5 passed, 2 failed, 1 skipped' })
})

it('a rejection that nobody awaited fails the run', async () => {
  write('libs/gate/well.test.ts', `${passing}\nvoid Promise.reject(new Error('lost'))`)
  expect(await run()).toEqual({ code: 1, lastLine: '5 passed, 1 failed' })
})

it('a run without a test is no success', async () => {
  rmSync(join(house, 'libs'), { recursive: true })
  expect(await run()).toEqual({ code: 1, lastLine: '4 passed, 1 failed' })
})

it('long tests run when they are asked for, and only they', async () => {
  write('libs/gate/hours.long.test.ts', passing)
  expect(await run()).toEqual({ code: 0, lastLine: '5 passed, 0 failed' })
  expect(await run('--long')).toEqual({ code: 0, lastLine: '1 passed, 0 failed' })
})
