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

const readKept = async (dataDir: string): Promise<Kept | undefined> => {
  const content = await readFile(quickstartPath(dataDir), 'utf8').catch(() => '{}')
  try {
    const parsed: unknown = JSON.parse(content)
    const kept = {
      tenant: text(parsed, 'tenant'),
      client_id: text(parsed, 'client_id'),
      client_secret: text(parsed, 'client_secret'),
      admin_token: text(parsed, 'admin_token'),
    }
    return Object.values(kept).includes('') ? undefined : kept
  } catch {
    return undefined
  }
}

const principalName = 'quickstart'

/** The tenant, its demo service principal with a secret, and the operator's token; whatever exists already is used again. */
const provisionAll = async (provision: Provision, tenant: string): Promise<Kept> => {
  await provision.ensureTenant(tenant)
  const principal = await provision.ensureServicePrincipal(tenant, principalName)
  const issued = await provision.replaceSecret(tenant, principal.id)
  const operator = await provision.issueOperatorToken(principalName)
  return { tenant, client_id: principal.clientId, client_secret: issued.secret, admin_token: operator.token }
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
}

/** Provisions on the first start, keeps ids and secrets on every later one, and writes the URLs of this start. */
export const prepareQuickstart = async ({ dataDir, tenant, baseUrl, issuer, provision }: QuickstartOptions): Promise<Quickstart> => {
  const kept = (await readKept(dataDir)) ?? (await provisionAll(provision, tenant))
  const quickstart = { base_url: baseUrl, issuer, token_url: `${baseUrl}/t/${kept.tenant}/v1/oauth/tokens`, ...kept }
  await writeWhole(dataDir, quickstart)
  return quickstart
}
