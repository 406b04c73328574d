import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Provision } from '@chancery/admin'

/** What scripts on this machine need to begin; INTERFACES fixes the names. Written 0600. */
export interface Quickstart {
  readonly base_url: string
  readonly tenant: string
  readonly issuer: string
  readonly token_url: string
  readonly client_id: string
  readonly client_secret: string
  readonly admin_token: string
}

/** Ids and secrets, kept over restarts. */
type Kept = Pick<Quickstart, 'tenant' | 'client_id' | 'client_secret' | 'admin_token'>

export const quickstartPath = (dataDir: string): string => join(dataDir, 'quickstart.json')

const text = (value: unknown, member: string): string => {
  const found: unknown = typeof value === 'object' && value !== null && member in value ? Reflect.get(value, member) : undefined
  return typeof found === 'string' ? found : ''
}

const readKept = async (dataDir: string): Promise<Kept> => {
  const content = await readFile(quickstartPath(dataDir), 'utf8').catch(() => '{}')
  const parsed: unknown = await Promise.resolve(content)
    .then(JSON.parse)
    .catch(() => ({}))
  return {
    tenant: text(parsed, 'tenant'),
    client_id: text(parsed, 'client_id'),
    client_secret: text(parsed, 'client_secret'),
    admin_token: text(parsed, 'admin_token'),
  }
}

const principalName = 'quickstart'

type Client = Pick<Kept, 'client_id' | 'client_secret'>

const noClient: Client = { client_id: '', client_secret: '' }

/** The demo service principal with a new secret; none where an operator has suspended the tenant or disabled the principal since. */
const demoClient = async ({ provision, isEnabled }: QuickstartOptions, tenant: string): Promise<Client> => {
  const { status } = await provision.ensureTenant(tenant)
  if (status !== 'active') return noClient
  const principal = await provision.ensureServicePrincipal(tenant, principalName)
  if (!(await isEnabled(tenant, principal.clientId))) return noClient
  const issued = await provision.replaceSecret(tenant, principal.id)
  return { client_id: principal.clientId, client_secret: issued.secret }
}

/** What is known already is used again; the rest is made. */
const complete = async (options: QuickstartOptions, known: Kept): Promise<Kept> => {
  const tenant = known.tenant || options.tenant
  const { client_id, client_secret } = known.client_secret === '' ? await demoClient(options, tenant) : known
  const admin_token = known.admin_token || (await options.provision.issueOperatorToken(principalName)).token
  return { tenant, client_id, client_secret, admin_token }
}

const writeWhole = async (dataDir: string, quickstart: Quickstart): Promise<void> => {
  const path = quickstartPath(dataDir)
  const draft = `${path}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(quickstart, null, 2)}\n`, { mode: 0o600, flush: true })
  await rename(draft, path)
}

export interface QuickstartOptions {
  readonly dataDir: string
  readonly tenant: string
  readonly baseUrl: string
  readonly issuer: string
  readonly provision: Provision
  /** Whether the client of this id may be issued anything. */
  readonly isEnabled: (tenant: string, clientId: string) => Promise<boolean>
}

/** Provisions on the first start, keeps ids and secrets on every later one, and writes the URLs of this start. */
export const prepareQuickstart = async (options: QuickstartOptions): Promise<Quickstart> => {
  const { dataDir, baseUrl, issuer } = options
  const kept = await complete(options, await readKept(dataDir))
  const quickstart = { base_url: baseUrl, issuer, token_url: `${baseUrl}/t/${kept.tenant}/v1/oauth/tokens`, ...kept }
  await writeWhole(dataDir, quickstart)
  return quickstart
}
