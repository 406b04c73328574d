import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// All that must hold before a change is taken: each check counts as one, then every test. The last line is for whoever counts:
// `N passed, N failed` (and what was skipped). Arguments are passed to vitest; --long runs the long tests instead.

interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Name and command line of each check, the script as a path under node_modules. */
const checks = [
  ['types', 'typescript/bin/tsc', '--noEmit', '-p', '.'],
  ['lint', 'oxlint/bin/oxlint', 'libs', 'services', 'infra', 'test', 'vitest.config.ts'],
  ['format', '@biomejs/biome/bin/biome', 'ci', '.'],
  ['dead code', 'knip/bin/knip.js', '--no-config-hints'],
] as const

const children = new Set<ReturnType<typeof spawn>>()

/** Runs one tool to its end and answers whether it found all well. */
const isWell = (script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    })
    children.add(child)
    child.on('exit', (code) => {
      children.delete(child)
      resolve(code === 0)
    })
  })

const runChecks = async (): Promise<Totals> => {
  let passed = 0
  for (const [name, script, ...args] of checks) {
    const isPassed = await isWell(script, args)
    console.log(`${isPassed ? '✓' : '×'} ${name}`)
    if (isPassed) passed += 1
  }
  return { passed, failed: checks.length - passed, skipped: 0 }
}

interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[]
}

/** A file that fails to load has no test that could be counted as failed, so it counts as one itself. */
const totalsOf = (report: VitestReport): Totals => {
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  )
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length, skipped: report.numPendingTests }
}

const runTests = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<Totals> => {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-tests-'))
  const file = join(folder, 'report.json')
  const isPassed = await isWell(
    'vitest/vitest.mjs',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args],
    env,
  )
  const report: VitestReport | undefined = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  rmSync(folder, { recursive: true })
  const totals = report === undefined ? { passed: 0, failed: 0, skipped: 0 } : totalsOf(report)
  // An error outside any test (a rejection nobody awaited, a crash of the runner) fails the run without a failed test.
  const hasHiddenFailure = totals.failed === 0 && (!isPassed || totals.passed === 0)
  return hasHiddenFailure ? { ...totals, failed: 1 } : totals
}

const main = async (): Promise<void> => {
  const args = process.argv.slice(2)
  const isLong = args.includes('--long')
  const rest = args.filter((arg) => arg !== '--long')
  const checked = isLong ? { passed: 0, failed: 0, skipped: 0 } : await runChecks()
  const tested = await runTests(isLong ? ['--project', 'long', ...rest] : rest, isLong ? { CHANCERY_LONG: '1' } : {})
  const [passed, failed, skipped] = [checked.passed + tested.passed, checked.failed + tested.failed, checked.skipped + tested.skipped]
  process.exitCode = failed === 0 ? 0 : 1
  console.log(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`)
}

const stop = (): void => {
  for (const child of children) child.kill('SIGTERM')
  process.exit(1)
}

// Whoever started this is gone, or wants it to end: the tools must not run on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
process.once('disconnect', stop)
process.channel?.unref()

await main()
