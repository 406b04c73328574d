import type { IssuanceFact } from '@chancery/domain'
import type { DirectoryEntry, LoadedTenant } from '@chancery/event-store'
import { memoryGate } from '@chancery/gate'
import { createServer, issuerUrls } from '@chancery/http'
import { Fault, type TenantId } from '@chancery/kernel'
import { type AccessTokenClaims, publishedKeys, signingKeyFrom, verifyAccessToken, verifyingKeys } from '@chancery/tokens'
import { build } from './app.ts'
import type { ReadTenant } from './rights-cache.ts'
import {
  acme,
  countingRandom,
  directoryEntry,
  handClock,
  loadedTenant,
  masterKeys,
  peppers,
  principalRights,
  readsOf,
  signingKeyRow,
} from './spec.ts'
import type { DirectorySource } from './tenant-directory.ts'

export interface Recorded {
  readonly tenantId: TenantId
  readonly fact: IssuanceFact
}

const isNamed = (principal: ReturnType<typeof principalRights>, key: object): boolean => {
  // What Postgres says to a text with a NUL in it.
  if (Object.values(key).some((text) => String(text).includes('\0'))) throw new Fault('database_refused')
  if ('clientId' in key) return principal.clientId === key.clientId
  if ('secretId' in key) return principal.secrets.some(({ secretId }) => secretId === key.secretId)
  const macs = 'secretMacs' in key && Array.isArray(key.secretMacs) ? key.secretMacs : []
  return principal.secrets.some(({ isImported, mac }) => isImported && macs.includes(Buffer.from(mac).toString('base64')))
}

/** What a test may change while the issuer runs. */
const worldOf = (tenant: LoadedTenant, entry: DirectoryEntry) => ({
  tenant,
  entries: [entry],
  principal: principalRights(),
  append: async (_recorded: Recorded): Promise<void> => undefined,
  beforeRead: async (): Promise<void> => undefined,
  isDatabaseDown: false,
})

const settings = {
  urls: issuerUrls('https://auth.example'),
  defaultTenant: 'acme',
  realmHeader: 'polaris-realm',
  tokenPrefixes: ['/catalogs/one'],
  keyLeadSeconds: 3600,
}

/** The adapters of an issuer, all in memory and at the test's command. */
const adaptersOf = (world: ReturnType<typeof worldOf>) => {
  const facts: Recorded[] = []
  const faults: string[] = []
  const whenUp = async (): Promise<void> => {
    await world.beforeRead()
    if (world.isDatabaseDown) throw new Fault('database_unavailable')
  }
  const readTenant: ReadTenant = async (_tenantId, work) => {
    await whenUp()
    return await work(readsOf(world.tenant, async (key) => (isNamed(world.principal, key) ? world.principal : undefined)))
  }
  const directorySource: DirectorySource = async () => {
    await whenUp()
    return { entries: world.entries, cursor: '1' }
  }
  const append = async (tenantId: TenantId, fact: IssuanceFact): Promise<void> => {
    await world.append({ tenantId, fact })
    facts.push({ tenantId, fact })
  }
  const onFault = ({ code }: Fault): void => void faults.push(code)
  return { facts, faults, readTenant, directorySource, log: { append }, onFault }
}

/** A whole issuer of one tenant, acme, with a gate and a database in memory, and its server. */
export const issuerInMemory = async () => {
  const row = await signingKeyRow
  const world = worldOf(loadedTenant({ signingKeys: [row] }), directoryEntry({ signingKeys: [row] }))
  const { facts, faults, ...adapters } = adaptersOf(world)
  const clock = handClock()
  const gate = memoryGate({ maxTenants: 10, maxPrincipals: 10 })
  const issuer = build({ ...adapters, gate, clock, masterKeys, peppers, random: countingRandom(), settings })
  const bugs: string[] = []
  const server = createServer({ trustedProxies: [], onBug: ({ message }) => bugs.push(message) })
  issuer.routes(server)
  await server.ready()
  await issuer.directory.refresh()
  const claimsOf = (token: string, type = 'at+jwt'): AccessTokenClaims | undefined => {
    const keys = verifyingKeys(publishedKeys([signingKeyFrom(row)], clock.now(), 86_400))
    const verified = verifyAccessToken(token, { keys, issuer: 'https://auth.example/t/acme', types: new Set([type]), now: clock.now() })
    return verified.accepted ? verified.claims : undefined
  }
  /** Tells the gate of a change on which all of acme depends. */
  const tell = (version: number) => gate.tell(acme, { tenant: version, policy: version, principals: new Map() })
  const close = async (): Promise<void> => {
    issuer.close()
    await server.close()
  }
  return { issuer, server, clock, world, facts, faults, bugs, claimsOf, tell, close }
}

export type IssuerInMemory = Awaited<ReturnType<typeof issuerInMemory>>

/** Asks for a token as a client with a form does. */
export const ask = (
  { server }: IssuerInMemory,
  form: Readonly<Record<string, string>>,
  { url = '/oauth2/token', headers = {} }: { readonly url?: string; readonly headers?: Readonly<Record<string, string>> } = {},
) =>
  server.inject({
    method: 'POST',
    url,
    headers: { host: 'auth.example', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(form).toString(),
  })
