import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig, type VariableName, variables } from './config.ts'

const key = Buffer.alloc(32, 7).toString('base64')
const problemsOf = (env: Record<string, string>): readonly string[] => readConfig(env).problems ?? []
const read = (env: Record<string, string>): unknown => {
  const outcome = readConfig(env)
  return outcome.accepted ? outcome.value : outcome.problems
}

const whole = {
  CHANCERY_MODE: 'cluster',
  CHANCERY_PUBLIC_URL: 'https://auth.example',
  CHANCERY_POSTGRES_URL: 'postgres://chancery@db/chancery',
  CHANCERY_MASTER_KEY: `k1:${key}`,
  CHANCERY_PEPPER: `p2:${key},p1:${key}`,
}

/** Values that must be refused, each with a part that must not be repeated: it may be a secret in the wrong place. */
const wrong: Record<VariableName, readonly string[]> = {
  CHANCERY_MODE: ['hunter2', 'Embedded', 'embedded '],
  CHANCERY_HOST: [],
  CHANCERY_PORT: ['hunter2', '65536', '-1', '80.5', '0x50', '123456'],
  CHANCERY_DATA_DIR: [],
  CHANCERY_PUBLIC_URL: ['hunter2', 'ftp://hunter2', '//hunter2', 'https://', 'https:hunter2'],
  CHANCERY_POSTGRES_URL: ['hunter2', 'mysql://u:hunter2@db', 'postgres:hunter2', 'postgres://u:hunter2@db:x/y'],
  CHANCERY_DEFAULT_TENANT: ['Hunter2', 'a/b', 'a'.repeat(64)],
  CHANCERY_REALM_HEADER: ['hunter2:', 'a b', 'ü'],
  CHANCERY_TOKEN_PREFIXES: ['hunter2', '/a b', '/a//b', '/a/:hunter2', '/a,b'],
  CHANCERY_TRUSTED_PROXIES: ['hunter2', '10.0.0.0/33', '::1/129', '10.0.0.0/8/8', '10.0.0/8', '10.0.0.0/', '10.0.0.0/-1', 'true', '*'],
  CHANCERY_MASTER_KEY: ['hunter2', `hunter2${key}`, `k1:${key.slice(1)}`, `k1:${key},`.repeat(2), `k1:${key},hunter2`, ','],
  CHANCERY_PEPPER: ['hunter2', `k 1:${key}`, `k1:${key}A`, 'k1:'],
  CHANCERY_PG_USER: [],
  CHANCERY_ALLOW_WEAK_DURABILITY: ['hunter2', 'yes', 'TRUE'],
}

describe('the configuration', () => {
  it('has a default for everything in embedded mode', () => {
    expect(read({})).toEqual({
      mode: 'embedded',
      host: '127.0.0.1',
      port: 8181,
      dataDir: resolve(import.meta.dirname, '../../.chancery'),
      publicUrl: undefined,
      postgresUrl: undefined,
      defaultTenant: 'default',
      realmHeader: 'polaris-realm',
      tokenPrefixes: [],
      trustedProxies: [],
      masterKey: undefined,
      pepper: undefined,
      pgUser: 'nobody',
      allowWeakDurability: false,
    })
  })

  it('takes an empty variable for one that is not set', () => {
    expect(read(Object.fromEntries(Object.keys(variables).map((name) => [name, ''])))).toEqual(read({}))
  })

  it('reads every variable', () => {
    const given = {
      ...whole,
      CHANCERY_HOST: '::',
      CHANCERY_PORT: '0',
      CHANCERY_DATA_DIR: '/var/lib/chancery',
      CHANCERY_DEFAULT_TENANT: 'acme',
      CHANCERY_REALM_HEADER: 'X-Realm',
      CHANCERY_TOKEN_PREFIXES: '/catalog/, /nessie/iceberg,',
      CHANCERY_TRUSTED_PROXIES: '10.0.0.0/8, ::1,192.0.2.1, fd00::/8',
      CHANCERY_PG_USER: 'postgres',
      CHANCERY_ALLOW_WEAK_DURABILITY: '1',
    }
    expect(Object.keys(given).toSorted((left, right) => left.localeCompare(right))).toEqual(
      Object.keys(variables).toSorted((left, right) => left.localeCompare(right)),
    )
    expect(read(given)).toMatchObject({
      mode: 'cluster',
      host: '::',
      port: 0,
      dataDir: '/var/lib/chancery',
      publicUrl: 'https://auth.example',
      postgresUrl: 'postgres://chancery@db/chancery',
      defaultTenant: 'acme',
      realmHeader: 'x-realm',
      tokenPrefixes: ['/catalog', '/nessie/iceberg'],
      trustedProxies: ['10.0.0.0/8', '::1', '192.0.2.1', 'fd00::/8'],
      pepper: { activeId: 'p2' },
      pgUser: 'postgres',
      allowWeakDurability: true,
    })
  })

  it('reads keys by id, the first listed being the active one', () => {
    expect(read(whole)).toMatchObject({
      masterKey: { activeId: 'k1', keys: new Map([['k1', Buffer.alloc(32, 7)]]) },
      pepper: {
        activeId: 'p2',
        keys: new Map([
          ['p2', Buffer.alloc(32, 7)],
          ['p1', Buffer.alloc(32, 7)],
        ]),
      },
    })
  })
})

describe('a wrong variable', () => {
  const cases = Object.entries(wrong).flatMap(([name, values]) => values.map((value) => [name, value] as const))

  it.each(cases)('%s=%s is named in one sentence that does not repeat it', (name, value) => {
    const [problem = '', ...others] = problemsOf({ [name]: value })
    expect(others).toEqual([])
    expect(problem).toMatch(new RegExp(`^${name} [^.]+(\\.\\d[^.]*)*\\.$`))
    for (const secret of ['hunter2', 'Hunter2', key]) expect(problem).not.toContain(secret)
  })

  it('is not the only one named: all are, at once', () => {
    const problems = problemsOf({ CHANCERY_PORT: 'x', CHANCERY_MASTER_KEY: 'y', CHANCERY_TRUSTED_PROXIES: 'z' })
    expect(problems.map((problem) => problem.split(' ', 1)[0]).toSorted((left = '', right = '') => left.localeCompare(right))).toEqual([
      'CHANCERY_MASTER_KEY',
      'CHANCERY_PORT',
      'CHANCERY_TRUSTED_PROXIES',
    ])
  })
})

describe('cluster mode', () => {
  it('starts with what it needs, and serves no tenant that nobody named', () => {
    expect(read(whole)).toMatchObject({ mode: 'cluster', defaultTenant: undefined })
  })

  it.each(['CHANCERY_MASTER_KEY', 'CHANCERY_PEPPER', 'CHANCERY_POSTGRES_URL', 'CHANCERY_PUBLIC_URL'])(
    'does not start without %s',
    (name) => {
      expect(problemsOf({ ...whole, [name]: '' })).toEqual([`${name} is missing: cluster mode does not start without it.`])
    },
  )

  it('names all that is missing', () => {
    expect(problemsOf({ CHANCERY_MODE: 'cluster' })).toHaveLength(4)
  })
})
