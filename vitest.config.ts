import { existsSync } from 'node:fs'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'

// The suffix of a test is its cost. Long runs (hours of clock, millions of rows) are asked for by name only.
const integration = '**/*.int.test.ts'
const long = '**/*.long.test.ts'
const never = ['**/node_modules/**', '**/.cache/**', '**/.chancery*/**']
const globalSetup = ['test/harness/global-setup.ts'].filter((file) => existsSync(new URL(file, import.meta.url)))
const processes = { pool: 'forks', maxWorkers: 1, testTimeout: 60_000, hookTimeout: 120_000, globalSetup } as const

const unit: TestProjectConfiguration = {
  test: {
    name: 'unit',
    include: ['**/*.test.ts'],
    exclude: [...never, integration, long, 'test/!(rules)/**'],
    pool: 'threads',
    isolate: false,
  },
}
const int: TestProjectConfiguration = {
  test: { name: 'int', include: [integration, 'test/**/*.test.ts'], exclude: [...never, long, 'test/rules/**'], ...processes },
}
const longRuns: TestProjectConfiguration = {
  test: { name: 'long', include: [long], exclude: never, ...processes, testTimeout: 3_600_000, hookTimeout: 600_000 },
}

export default defineConfig({
  test: { projects: process.env.CHANCERY_LONG === '1' ? [unit, int, longRuns] : [unit, int] },
})
