// Starts a command under the Node this repository is written for, on any machine that has Node 20 and npm.
//
//   node infra/bootstrap/bootstrap.mjs <script or node option> [arguments]
//
// It installs the locked dependencies when they are missing or out of date (Node itself is one of them, the npm package `node`),
// then runs the command and takes its exit code or signal for its own. Without a command it only installs.
//
// The child is on a leash: an IPC channel. A child that must not outlive its starter, whatever happens to it, listens:
//
//   process.once('disconnect', shutDown)  // kill -9 of this process closes the channel
//   process.channel?.unref()              // a listener alone would keep the child running
//
// SIGINT, SIGTERM and SIGHUP are passed on. A terminal sends Ctrl-C to the child as well, so it may see a signal twice. When the
// process that started this one is gone, the child is asked to end, and killed if it takes longer than the grace.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { install, isInstalled, nodeBinary, root } from './install.mjs'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
const parentPollMs = 250
const graceMs = 20_000

/** A refusal in one sentence; nothing else is wrong with this program, so no stack. */
const refuse = (sentence) => {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

/** A script is named from the repository's root, wherever the command was typed. */
const commandOf = (args) => {
  const [first, ...rest] = args
  const script = resolve(root, first)
  return first.startsWith('-') || !existsSync(script) ? args : [script, ...rest]
}

const endAs = (code, signal) => {
  if (signal === null) process.exit(code ?? 1)
  for (const name of signals) process.removeAllListeners(name)
  process.kill(process.pid, signal)
  // A signal that does not end this process (an init's child ignores some) still counts as one, as a shell would report it.
  process.exitCode = 128 + (constants.signals[signal] ?? 0)
}

/** A parent that is gone leaves this process to another one, so its number changes. */
const watchParent = (onGone) => {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onGone()
  }, parentPollMs)
  timer.unref()
}

const run = (args) => {
  const env = {
    // Stripped and compiled sources are kept between starts, by content and Node's version; a place that cannot be written is passed over.
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled'),
    ...process.env,
    PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  }
  const child = spawn(nodeBinary, commandOf(args), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env })
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  watchParent(() => {
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), graceMs).unref()
  })
  child.on('error', (error) => refuse(`Node 26 could not be started from ${nodeBinary}: ${error.message}.`))
  child.on('exit', endAs)
}

const main = async (args) => {
  if (Number(process.versions.node.split('.')[0]) < 20)
    refuse(`Chancery needs Node 20 or later to start; this is Node ${process.versions.node}.`)
  if (!isInstalled()) await install()
  if (args.length > 0) run(args)
}

main(process.argv.slice(2)).catch((error) => refuse(error.message))
