#!/usr/bin/env node
// Runs the command line under the Node this repository is written for, whatever Node `npx` came with.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url))
const node = pathOf('../../../node_modules/node/bin/node')

if (!existsSync(node)) {
  process.stderr.write('The dependencies of Chancery are not installed; run once, in its folder: npm ci --include=dev\n')
  process.exit(1)
}

const child = spawn(node, [pathOf('../main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' })
// A terminal sends its signals to the child as well; whoever signals this process alone means the child.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
