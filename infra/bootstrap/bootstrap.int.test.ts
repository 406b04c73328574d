import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

// An npm that notes its call and lays down the Node of this test run.
const npm = `#!/bin/sh
echo "$@" >> npm-calls
case "$FAKE_NPM" in
  offline) echo "npm error code EAI_AGAIN" >&2; exit 1 ;;
  stale) echo "npm error code EUSAGE" >&2; exit 1 ;;
  no-scripts) mkdir -p node_modules; exit 0 ;;
  slow) sleep 0.5 ;;
esac
mkdir -p node_modules/node/bin
ln -sf ${process.execPath} node_modules/node/bin/node
`

// A child as the bootstrap wants it: it says that it is there, and it notes why it ended.
const service = `
import { writeFileSync } from 'node:fs'
const end = (why, code) => { writeFileSync('ended', why); process.exit(code) }
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal, 7))
process.once('disconnect', () => end('disconnect', 8))
process.channel.unref()
setTimeout(() => end('nobody asked', 9), 30_000)
writeFileSync('ready', String(process.ppid))
`

let house: string
let children: ChildProcess[]

const path = (name: string): string => join(house, name)
const write = (name: string, text: string): void => writeFileSync(path(name), text)
const textOf = (name: string): string => (existsSync(path(name)) ? readFileSync(path(name), 'utf8') : '')
const installations = (): number => textOf('npm-calls').split('\n').length - 1
const isThere = (name: string) => expect.poll(() => textOf(name), { timeout: 20_000, interval: 20 }).not.toBe('')

const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess => {
  const child = spawn(process.execPath, [path('infra/bootstrap/bootstrap.mjs'), ...args], {
    cwd: house,
    env: { PATH: `${house}/bin:/usr/bin:/bin`, ...env },
  })
  children.push(child)
  return child
}

interface Ending {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

const ending = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve) => {
    const said = { stdout: '', stderr: '' }
    child.stdout?.on('data', (chunk) => (said.stdout += chunk))
    child.stderr?.on('data', (chunk) => (said.stderr += chunk))
    child.on('close', (code, signal) => resolve({ code, signal, ...said }))
  })

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ending> => ending(start(args, env))

beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), 'chancery-bootstrap-'))
  children = []
  mkdirSync(path('infra/bootstrap'), { recursive: true })
  mkdirSync(path('bin'))
  for (const name of ['bootstrap', 'install', 'lock']) {
    cpSync(fileURLToPath(new URL(`./${name}.mjs`, import.meta.url)), path(`infra/bootstrap/${name}.mjs`))
  }
  write('bin/npm', npm)
  chmodSync(path('bin/npm'), 0o755)
  write('package.json', JSON.stringify({ workspaces: [], scripts: {} }))
  write('package-lock.json', JSON.stringify({ packages: {} }))
  write('hello.mjs', 'console.log(process.version, ...process.argv.slice(2)); process.exitCode = 3')
  write('service.mjs', service)
})

afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(house, { recursive: true })
})

describe('installing', () => {
  it('installs what is missing, runs the command under Node 26 and takes its exit code', async () => {
    const { code, stdout } = await run(['hello.mjs', 'a', 'b'])
    expect({ code, stdout }).toEqual({ code: 3, stdout: `${process.version} a b\n` })
    expect(textOf('npm-calls')).toMatch(/^ci .*--include=dev/)
  })

  it('does not install again when nothing changed', async () => {
    await run([])
    write('package.json', JSON.stringify({ workspaces: [], scripts: { added: 'true' } }))
    await run([])
    expect(installations()).toBe(1)
  })

  it.each(['package.json', 'package-lock.json'])('installs again when %s asks for something else', async (name) => {
    await run([])
    write(name, JSON.stringify({ workspaces: [], packages: {}, dependencies: { jose: '6.2.17' }, version: '2' }))
    await run([])
    expect(installations()).toBe(2)
  })

  it('takes over what npm install has laid down by hand', async () => {
    await run([])
    rmSync(path('node_modules/.chancery-stamp'))
    write('node_modules/.package-lock.json', JSON.stringify({ packages: {} }))
    await run([])
    expect(installations()).toBe(1)
  })

  it('of two starts at once one installs and the other waits for it', async () => {
    const both = await Promise.all([run(['hello.mjs'], { FAKE_NPM: 'slow' }), run(['hello.mjs'], { FAKE_NPM: 'slow' })])
    expect(both.map(({ code }) => code)).toEqual([3, 3])
    expect(installations()).toBe(1)
  })

  it('a start that was killed while it installed does not stop the next', async () => {
    mkdirSync(path('.cache'))
    write('.cache/bootstrap.lock', `${hostname()} 999999999`)
    await run([])
    expect(installations()).toBe(1)
    expect(textOf('.cache/bootstrap.lock')).toBe('')
  })
})

describe('what stands in the way is said in one sentence', () => {
  it.each([
    ['offline', /npm does not reach its registry/],
    ['stale', /run npm run lock/],
    ['no-scripts', /npm left no working Node 26/],
  ])('npm: %s', async (FAKE_NPM, sentence) => {
    const { code, stderr } = await run(['hello.mjs'], { FAKE_NPM })
    expect(code).toBe(1)
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(sentence)
  })

  it('no npm', async () => {
    const { code, stderr } = await run(['hello.mjs'], { PATH: '/nowhere' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/there is no npm on the PATH/)
  })

  it('an old Node', async () => {
    const old = "Object.defineProperty(process, 'versions', { value: { node: '18.20.0' } })"
    const { code, stderr } = await run(['hello.mjs'], { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(old)}` })
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'Chancery needs Node 20 or later to start; this is Node 18.20.0.\n' })
  })
})

describe('the child is on a leash', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s is passed on, and the exit code comes back', async (signal) => {
    const bootstrap = start(['service.mjs'])
    const end = ending(bootstrap)
    await isThere('ready')
    bootstrap.kill(signal)
    expect(await end).toMatchObject({ code: 7, signal: null })
    expect(textOf('ended')).toBe(signal)
  })

  it('a child that a signal ended is reported as such', async () => {
    write('killed.mjs', "process.kill(process.pid, 'SIGKILL')")
    expect(await run(['killed.mjs'])).toMatchObject({ code: null, signal: 'SIGKILL' })
  })

  it('a killed bootstrap takes its child along', async () => {
    const bootstrap = start(['service.mjs'])
    await isThere('ready')
    bootstrap.kill('SIGKILL')
    await isThere('ended')
    expect(textOf('ended')).toBe('disconnect')
  })

  it('the child ends when whoever started the bootstrap is gone', async () => {
    write(
      'starter.mjs',
      "import { spawn } from 'node:child_process'\nspawn(process.execPath, ['infra/bootstrap/bootstrap.mjs', 'service.mjs'], { stdio: 'ignore' })",
    )
    const starter = spawn(process.execPath, ['starter.mjs'], { cwd: house, env: { PATH: `${house}/bin:/usr/bin:/bin` } })
    await isThere('ready')
    starter.kill('SIGKILL')
    await isThere('ended')
    expect(textOf('ended')).toBe('SIGTERM')
  })
})
