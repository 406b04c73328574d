import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'

export const root = fileURLToPath(new URL('../../', import.meta.url))
const modules = join(root, 'node_modules')
export const nodeBinary = join(modules, 'node', 'bin', 'node')
const stampFile = join(modules, '.chancery-stamp')

const read = (...path) => readFileSync(join(root, ...path), 'utf8')

/** `libs/*` → every folder of libs; a plain name stands for itself. */
const workspacesOf = (pattern) => {
  if (!pattern.endsWith('/*')) return [pattern]
  const folder = pattern.slice(0, -2)
  return existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}`) : []
}

/** What npm installs from. Scripts and descriptions are left out: to edit them asks for no new installation. */
const wantsOf = (manifest) => {
  const { name, version, bin, dependencies, devDependencies, optionalDependencies, peerDependencies, overrides, workspaces } =
    JSON.parse(manifest)
  return JSON.stringify([name, version, bin, dependencies, devDependencies, optionalDependencies, peerDependencies, overrides, workspaces])
}

const folders = () =>
  JSON.parse(read('package.json'))
    .workspaces.flatMap(workspacesOf)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()

const stamp = () => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`).update(read('package-lock.json'))
  for (const folder of ['', ...folders()]) hash.update(wantsOf(read(folder, 'package.json')))
  return hash.digest('hex')
}

/** True when what is installed is what the lock file asks for. Reads a few small files and starts nothing. */
export const isInstalled = () => existsSync(nodeBinary) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp()

const runsHere = () => (spawnSync(nodeBinary, ['--version'], { encoding: 'utf8' }).stdout ?? '').startsWith('v26.')

/** Whether the lock knows every dependency that the manifest of a workspace names. */
const isLocked = (packages) => (folder) => {
  const manifest = JSON.parse(read(folder, 'package.json'))
  return ['dependencies', 'devDependencies', 'optionalDependencies'].every((kind) =>
    Object.entries(manifest[kind] ?? {}).every(([name, range]) => packages[folder]?.[kind]?.[name] === range),
  )
}

/** npm notes what it installed; whoever ran `npm install` by hand needs no second installation. */
const matchesNote = () => {
  const note = join(modules, '.package-lock.json')
  if (!existsSync(note) || !runsHere()) return false
  const installed = JSON.parse(readFileSync(note, 'utf8')).packages
  const locked = JSON.parse(read('package-lock.json')).packages
  const agrees = ([path, wanted]) => {
    const found = installed[path]
    if (found === undefined) return wanted.optional === true
    const isSame = found.version === wanted.version && found.integrity === wanted.integrity
    return isSame && (wanted.link !== true || found.resolved === wanted.resolved)
  }
  const isInstalledAsLocked = Object.entries(locked)
    .filter(([path]) => path.includes('node_modules/'))
    .every(agrees)
  return isInstalledAsLocked && ['', ...folders()].every(isLocked(locked))
}

/** npm must not run on the Node that it is about to replace. */
const outsidePath = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(modules))
    .join(delimiter)

const offlineCodes = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT)\b/

/** npm closes most errors with a page of help; what went wrong stands in its first lines. */
const npmFailure = (code, said) => {
  process.stderr.write(`${said.split('\n').slice(0, 8).join('\n')}\n`)
  const failure = 'Chancery could not install its dependencies'
  if (offlineCodes.test(said))
    return `${failure}: npm does not reach its registry; connect this machine, or point npm at a registry it reaches, and start again.`
  if (said.includes('EUSAGE'))
    return `${failure}: package-lock.json does not match the package.json files; run npm run lock and start again.`
  return `${failure}: npm ci ended with ${code}; its first lines stand above.`
}

// npm leaves devDependencies out under NODE_ENV=production, and Node is one of them. Without a network it would say so after 70 s.
const retries = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']
const npmArguments = ['ci', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...retries]

/** Runs `npm ci`; what it prints goes to stderr, so that stdout stays the command's own. */
const npmCi = (onStart) =>
  new Promise((done, fail) => {
    const npm = spawn('npm', npmArguments, {
      cwd: root,
      env: { ...process.env, PATH: outsidePath() },
      stdio: ['ignore', process.stderr, 'pipe'],
    })
    let said = ''
    const forward = (signal) => npm.kill(signal)
    process.on('SIGINT', forward).on('SIGTERM', forward).on('SIGHUP', forward)
    npm.stderr.on('data', (chunk) => {
      said += chunk
    })
    npm.on('spawn', () => onStart(npm.pid))
    npm.on('error', () =>
      fail(new Error('Chancery installs its dependencies with npm, and there is no npm on the PATH; install Node 20 or later with npm.')),
    )
    npm.on('close', (code, signal) => {
      process.off('SIGINT', forward).off('SIGTERM', forward).off('SIGHUP', forward)
      if (code === 0) done()
      else fail(new Error(npmFailure(code ?? signal, said)))
    })
  })

const installUnderLock = async (onStart) => {
  // Another start may have installed while this one waited for the lock.
  if (isInstalled()) return
  if (!matchesNote()) {
    process.stderr.write('Installing the locked dependencies (once, and again when the lock file changes)…\n')
    await npmCi(onStart)
  }
  if (!runsHere())
    throw new Error(
      `npm left no working Node 26 at ${nodeBinary}: if npm is set to ignore-scripts, allow the scripts of the package node and start again.`,
    )
  writeFileSync(stampFile, stamp())
}

/** Installs what the lock file asks for; of several starts at once one installs and the others wait for it. */
export const install = () => withLock(join(root, '.cache', 'bootstrap.lock'), installUnderLock)
