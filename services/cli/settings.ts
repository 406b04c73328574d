import { Failure, howToStart, UsageError } from './failure.ts'
import type { Input } from './input.ts'
import { type Quickstart, readQuickstart } from './quickstart.ts'
import type { Secrecy } from './secrecy.ts'
import type { Surroundings } from './surroundings.ts'

export interface Client {
  readonly clientId: string
  readonly secret: string
}

/** Which server, which tenant, and with what right: options before environment before quickstart.json. */
export interface Settings {
  readonly quickstart: Quickstart | undefined
  /** Without a trailing slash. Throws Failure when nothing names a server. */
  baseUrl(): string
  /** Throws UsageError when nothing names a tenant. */
  tenant(): string
  adminToken(): string
  /** The client of quickstart.json. */
  client(): Client
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

const httpUrl = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw new UsageError(`'${text}' is not an http or https URL`)
  if (url.username !== '' || url.password !== '') throw new UsageError('a URL carries no user and no password')
  return url
}

/** quickstart.json's secrets go to the server that wrote it, or to this machine under another port, and to nobody else. */
const isTrusted = (url: URL, quickstart: Quickstart): boolean =>
  loopback.has(url.hostname) || (quickstart.baseUrl !== undefined && httpUrl(quickstart.baseUrl).origin === url.origin)

const settingsOf = (input: Input, env: Surroundings['env'], quickstart: Quickstart | undefined): Settings => {
  const url = (): URL => {
    const text = input.text('url') ?? (env['CHANCERY_URL'] || quickstart?.baseUrl)
    if (text === undefined) throw new Failure(`no quickstart.json names a server: ${howToStart}`, { code: 'no_server' })
    return httpUrl(text)
  }
  const own = (what: string): Quickstart => {
    if (quickstart === undefined) throw new Failure(`there is no quickstart.json: give ${what}`, { code: 'no_quickstart' })
    if (isTrusted(url(), quickstart)) return quickstart
    throw new Failure(`${quickstart.path} belongs to another server than ${url().origin}: give ${what}`, { code: 'foreign_quickstart' })
  }
  const adminTokenHint = 'an admin token in CHANCERY_ADMIN_TOKEN'
  const clientHint = 'a client with --client-id and --client-secret-file'
  return {
    quickstart,
    baseUrl: () => url().href.replace(/\/+$/, ''),
    tenant() {
      const name = input.text('tenant') ?? quickstart?.tenant
      if (name) return name
      // Without a server there is more amiss than the tenant.
      url()
      throw new UsageError('no tenant is named: give --tenant')
    },
    adminToken() {
      const token = env['CHANCERY_ADMIN_TOKEN'] || own(adminTokenHint).adminToken
      if (token === undefined)
        throw new Failure(`${quickstart?.path} holds no admin token: give ${adminTokenHint}`, { code: 'no_admin_token' })
      return token
    },
    client() {
      const { clientId, clientSecret, path } = own(clientHint)
      if (clientId === undefined || clientSecret === undefined)
        throw new Failure(`${path} holds no client: give ${clientHint}`, { code: 'no_client' })
      return { clientId, secret: clientSecret }
    },
  }
}

/** Reads quickstart.json once, if there is one, and tells `secrets` what must never be shown. */
export const readSettings = async (input: Input, surroundings: Surroundings, secrets: Secrecy): Promise<Settings> => {
  const { env } = surroundings
  const quickstart = await readQuickstart(input.text('dataDir') ?? (env['CHANCERY_DATA_DIR'] || undefined), surroundings)
  for (const secret of [env['CHANCERY_ADMIN_TOKEN'], env['CHANCERY_CLIENT_SECRET'], quickstart?.adminToken, quickstart?.clientSecret]) {
    secrets.learn(secret)
  }
  return settingsOf(input, env, quickstart)
}
