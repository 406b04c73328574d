import type { Door } from '@chancery/domain'
import { type IssuerUrls, withoutPort } from '@chancery/http'
import type { HostTarget, ListedTenant, TenantDirectory } from './tenant-directory.ts'

/** Everything in a request that may name a tenant. */
export interface TenantClues {
  readonly pathTenant: string | undefined
  readonly pathAccount: string | undefined
  /** From a trusted proxy, or the Host header itself. Lower case. */
  readonly host: string
  readonly realm: string | undefined
}

export interface Routing {
  readonly directory: TenantDirectory
  readonly urls: IssuerUrls
  readonly defaultTenant: string | undefined
}

export type RoutingRefusal = 'tenant_unknown' | 'realm_unknown' | 'tenants_differ'

export type Routed =
  | { readonly accepted: true; readonly tenant: ListedTenant; readonly door: Door }
  | { readonly accepted: false; readonly reason: RoutingRefusal }

interface Named {
  readonly tenant: ListedTenant
  readonly door: Door
}

type Clue = Named | RoutingRefusal | undefined

const tenantDoor: Door = { kind: 'tenant' }

const behind = ({ tenant, workspaceId }: HostTarget): Named => ({
  tenant,
  door: workspaceId === undefined ? tenantDoor : { kind: 'workspace', workspaceId },
})

const asClue = (tenant: ListedTenant | undefined, door: Door, refusal: RoutingRefusal): Clue =>
  tenant === undefined ? refusal : { tenant, door }

const byDefault = async ({ directory, defaultTenant }: Routing): Promise<Clue> =>
  asClue(defaultTenant === undefined ? undefined : await directory.byName(defaultTenant), tenantDoor, 'tenant_unknown')

/** Path, account and header name a tenant outright. */
const outright = async ({ directory }: Routing, clues: TenantClues): Promise<Clue[]> => {
  const { pathTenant, pathAccount, realm } = clues
  return [
    pathTenant === undefined ? undefined : asClue(await directory.byName(pathTenant), tenantDoor, 'tenant_unknown'),
    pathAccount === undefined ? undefined : asClue(await directory.byAccount(pathAccount), { kind: 'account' }, 'tenant_unknown'),
    realm === undefined ? undefined : asClue(await directory.byName(realm), tenantDoor, 'realm_unknown'),
  ]
}

/** Where no other clue is given: an unregistered host is looked for once more, the server's own means the default tenant, as does none (HTTP/1.0). */
const byHostAlone = async (routing: Routing, host: string): Promise<Clue> => {
  if (host === '' || routing.urls.isOwnHost(host)) return byDefault(routing)
  const target = (await routing.directory.byHost(host)) ?? routing.directory.knownHost(withoutPort(host))
  return target === undefined ? 'tenant_unknown' : behind(target)
}

/** An account's path or a workspace's host says more than the tenant's name beside it. */
const mostTelling = (named: readonly Named[]): Named | undefined => named.find(({ door }) => door.kind !== 'tenant') ?? named[0]

const agreed = (clues: readonly Clue[]): Routed => {
  const named: Named[] = []
  for (const clue of clues) {
    if (typeof clue === 'string') return { accepted: false, reason: clue }
    if (clue !== undefined) named.push(clue)
  }
  const first = mostTelling(named)
  if (first === undefined) return { accepted: false, reason: 'tenant_unknown' }
  const differs = named.some(({ tenant }) => tenant.tenantId !== first.tenant.tenantId)
  return differs ? { accepted: false, reason: 'tenants_differ' } : { accepted: true, ...first }
}

/**
 * Finds the tenant by path, account, realm header and host; all that are named must agree. A host that nobody registered says nothing when
 * something else names the tenant, since proxies rewrite hosts; alone it is an unknown tenant. The default tenant answers for the server's
 * own host only.
 */
export const routeTenant = async (routing: Routing, clues: TenantClues): Promise<Routed> => {
  const said = (await outright(routing, clues)).filter((clue) => clue !== undefined)
  const host = routing.directory.knownHost(clues.host) ?? routing.directory.knownHost(withoutPort(clues.host))
  if (host !== undefined) return agreed([...said, behind(host)])
  return agreed(said.length > 0 ? said : [await byHostAlone(routing, clues.host)])
}
