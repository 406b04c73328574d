import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { granted, type Outcome, reject } from '@chancery/kernel'
import { cidrs, flag, headerName, keyMaterial, oneOf, pathPrefixes, plainText, port, tenantName, url } from './variables.ts'

/** Every variable, what it is for and how it reads. docs/reference/config.md is written from this table. */
export const variables = {
  CHANCERY_MODE: {
    about: '`embedded` brings its own Postgres; `cluster` is production and refuses what is unsafe.',
    fallback: 'embedded',
    parse: oneOf('embedded', 'cluster'),
  },
  CHANCERY_HOST: { about: 'Address to listen on.', fallback: '127.0.0.1', parse: plainText },
  CHANCERY_PORT: { about: 'Port to listen on; 0 takes any free one.', fallback: '8181', parse: port },
  CHANCERY_DATA_DIR: {
    about: 'Where embedded mode keeps its data and `quickstart.json`. Default: `.chancery` in the repository root.',
    fallback: undefined,
    parse: plainText,
  },
  CHANCERY_PUBLIC_URL: {
    about: 'What clients call this service; issuers start with it. Default: where it listens. Required in cluster mode.',
    fallback: undefined,
    parse: url('http:', 'https:'),
  },
  CHANCERY_POSTGRES_URL: {
    about: 'A Postgres of your own, as a role that may create roles. Required in cluster mode.',
    fallback: undefined,
    parse: url('postgres:', 'postgresql:'),
  },
  CHANCERY_DEFAULT_TENANT: {
    about: 'The tenant that answers where a request names none. Default: `default` in embedded mode, nobody in cluster mode.',
    fallback: undefined,
    parse: tenantName,
  },
  CHANCERY_REALM_HEADER: { about: 'The header that names a tenant.', fallback: 'Polaris-Realm', parse: headerName },
  CHANCERY_TOKEN_PREFIXES: {
    about: 'Paths of catalogs behind the same proxy; each gains `{prefix}/v1/oauth/tokens`.',
    fallback: '',
    parse: pathPrefixes,
  },
  CHANCERY_TRUSTED_PROXIES: {
    about: 'Addresses or CIDRs of proxies whose `X-Forwarded-*` headers are believed.',
    fallback: '',
    parse: cidrs,
  },
  CHANCERY_MASTER_KEY: {
    about: '`<id>:<base64 of 32 bytes>`, several by comma, the first active: seals private keys. Embedded mode makes one.',
    fallback: undefined,
    parse: keyMaterial,
  },
  CHANCERY_PEPPER: {
    about: '`<id>:<base64 of 32 bytes>`, several by comma, the first active: secrets are stored as MACs under it. Embedded mode makes one.',
    fallback: undefined,
    parse: keyMaterial,
  },
  CHANCERY_PG_USER: {
    about: 'The system user that runs the embedded Postgres when started as root.',
    fallback: 'nobody',
    parse: plainText,
  },
  CHANCERY_ALLOW_WEAK_DURABILITY: {
    about: 'Accepts a Postgres that does not flush to disk. Tokens may then be issued whose record is lost.',
    fallback: 'false',
    parse: flag,
  },
} as const

type Variables = typeof variables
export type VariableName = keyof Variables
type Parsed<Name extends VariableName> = ReturnType<Variables[Name]['parse']>

/** Read one by one, so that every problem is named at once. Values of problems stay undefined. */
const reader = (env: NodeJS.ProcessEnv) => {
  const problems: string[] = []
  const value = <Name extends VariableName>(name: Name, parse: (text: string) => Parsed<Name>): Parsed<Name> | undefined => {
    const text = env[name] || variables[name].fallback
    if (text === undefined) return undefined
    try {
      return parse(text)
    } catch (error) {
      problems.push(`${name} ${error instanceof TypeError ? error.message : 'is not valid'}.`)
      return undefined
    }
  }
  return { problems, value }
}

const defaultDataDir = fileURLToPath(new URL('../../.chancery', import.meta.url))

type Value = ReturnType<typeof reader>['value']

const whereItListens = (value: Value) => ({
  host: value('CHANCERY_HOST', variables.CHANCERY_HOST.parse) ?? '127.0.0.1',
  port: value('CHANCERY_PORT', variables.CHANCERY_PORT.parse) ?? 0,
  publicUrl: value('CHANCERY_PUBLIC_URL', variables.CHANCERY_PUBLIC_URL.parse),
  trustedProxies: value('CHANCERY_TRUSTED_PROXIES', variables.CHANCERY_TRUSTED_PROXIES.parse) ?? [],
})

const whereItKeepsThings = (value: Value) => ({
  dataDir: resolve(value('CHANCERY_DATA_DIR', variables.CHANCERY_DATA_DIR.parse) ?? defaultDataDir),
  postgresUrl: value('CHANCERY_POSTGRES_URL', variables.CHANCERY_POSTGRES_URL.parse),
  pgUser: value('CHANCERY_PG_USER', variables.CHANCERY_PG_USER.parse) ?? 'nobody',
  allowWeakDurability: value('CHANCERY_ALLOW_WEAK_DURABILITY', variables.CHANCERY_ALLOW_WEAK_DURABILITY.parse) ?? false,
  masterKey: value('CHANCERY_MASTER_KEY', variables.CHANCERY_MASTER_KEY.parse),
  pepper: value('CHANCERY_PEPPER', variables.CHANCERY_PEPPER.parse),
})

const whomItServes = (value: Value, tenantOfMode: string | undefined) => ({
  defaultTenant: value('CHANCERY_DEFAULT_TENANT', variables.CHANCERY_DEFAULT_TENANT.parse) ?? tenantOfMode,
  realmHeader: value('CHANCERY_REALM_HEADER', variables.CHANCERY_REALM_HEADER.parse) ?? 'polaris-realm',
  tokenPrefixes: value('CHANCERY_TOKEN_PREFIXES', variables.CHANCERY_TOKEN_PREFIXES.parse) ?? [],
})

const readAll = (env: NodeJS.ProcessEnv) => {
  const { problems, value } = reader(env)
  const mode = value('CHANCERY_MODE', variables.CHANCERY_MODE.parse) ?? 'embedded'
  const tenantOfMode = mode === 'embedded' ? 'default' : undefined
  const config = { mode, ...whereItListens(value), ...whereItKeepsThings(value), ...whomItServes(value, tenantOfMode) }
  return { config, problems }
}

/** The configuration of one process, from its environment. */
export type Config = ReturnType<typeof readAll>['config']

const requiredInCluster = {
  CHANCERY_MASTER_KEY: 'masterKey',
  CHANCERY_PEPPER: 'pepper',
  CHANCERY_POSTGRES_URL: 'postgresUrl',
  CHANCERY_PUBLIC_URL: 'publicUrl',
} as const satisfies Partial<Record<VariableName, keyof Config>>

const missing = (config: Config): string[] =>
  Object.entries(requiredInCluster)
    .filter(([, member]) => config.mode !== 'embedded' && config[member] === undefined)
    .map(([name]) => `${name} is missing: cluster mode does not start without it.`)

export interface ConfigProblems {
  readonly problems: readonly string[]
}

/** Reads the environment, or says in one sentence each what is wrong with it. No sentence repeats a value. */
export const readConfig = (env: NodeJS.ProcessEnv): Outcome<Config, 'invalid'> & Partial<ConfigProblems> => {
  const { config, problems } = readAll(env)
  const all = [...problems, ...missing(config)]
  return all.length === 0 ? granted(config) : { ...reject('invalid'), problems: all }
}
