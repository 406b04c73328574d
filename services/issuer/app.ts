import { accessTokenTtl } from '@chancery/domain'
import type { Gate } from '@chancery/gate'
import type { IssuerUrls, Routes } from '@chancery/http'
import type { Clock, Fault, Random, Seconds, TenantId } from '@chancery/kernel'
import { type Keyring, type PepperRing, TokenSigner } from '@chancery/tokens'
import { clientCredentials } from './client-credentials.ts'
import { discovery } from './discovery.ts'
import type { IssuanceLog } from './issuance-record.ts'
import { type ReadTenant, RightsCache } from './rights-cache.ts'
import type { Routing } from './route-tenant.ts'
import { signingKeys } from './signing-keys.ts'
import { tenantAdministrator } from './tenant-administrator.ts'
import { type DirectorySource, type TenantDirectory, tenantDirectory } from './tenant-directory.ts'
import { type GrantHandler, tokenEndpoint } from './token-endpoint.ts'

export type { IssuanceLog } from './issuance-record.ts'
export type { TenantDirectory } from './tenant-directory.ts'

export interface IssuerDeps {
  readonly gate: Gate
  readonly readTenant: ReadTenant
  readonly directorySource: DirectorySource
  readonly log: IssuanceLog
  readonly masterKeys: Keyring
  readonly peppers: PepperRing
  readonly clock: Clock
  readonly random: Random
  readonly onFault: (fault: Fault) => void
  readonly settings: IssuerSettings
}

export interface IssuerSettings {
  readonly urls: IssuerUrls
  readonly defaultTenant: string | undefined
  readonly realmHeader: string
  readonly tokenPrefixes: readonly string[]
  /** How long a new signing key is published before it signs. */
  readonly keyLeadSeconds: Seconds
}

export interface Issuer {
  readonly routes: Routes
  readonly directory: TenantDirectory
  /** Whether a Bearer header is that of an administrator of the tenant. */
  isTenantAdministrator(tenantId: TenantId, authorization: string | undefined): Promise<boolean>
  close(): void
}

/** How often the directory asks Postgres for what has changed, so that keys stay confirmed while nobody asks for tokens. */
const refreshEveryMs = 5000

const keepRefreshed = (directory: TenantDirectory, onFault: (fault: Fault) => void): (() => void) => {
  const timer = setInterval(() => void directory.refresh().catch(onFault), refreshEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** The token endpoint in all its dialects, discovery and JWKS. */
export const build = (deps: IssuerDeps): Issuer => {
  const { gate, readTenant, clock, settings, onFault } = deps
  const { urls, defaultTenant, realmHeader, tokenPrefixes, keyLeadSeconds } = settings
  const maxTokenLifeSeconds = accessTokenTtl.maximumSeconds
  const directory = tenantDirectory({ source: deps.directorySource, clock, maxTokenLifeSeconds })
  const rights = new RightsCache(gate, readTenant)
  const confirmationMs = (keyLeadSeconds * 1000) / 2
  const keys = signingKeys({ masterKeys: deps.masterKeys, clock, confirmedAt: directory.confirmedAt, confirmationMs })
  const routing: Routing = { directory, urls, defaultTenant }
  const grants = new Map<string, GrantHandler>([
    ['client_credentials', clientCredentials({ ...deps, rights, keys, urls, signer: new TokenSigner() })],
  ])
  const endpoint = tokenEndpoint({ routing, realmHeader, tokenPrefixes, grants, onFault })
  const documents = discovery({ routing, realmHeader, grantTypes: [...grants.keys()], onFault })
  return {
    directory,
    isTenantAdministrator: tenantAdministrator({ directory, rights, urls, clock, maxTokenLifeSeconds }),
    routes(server) {
      endpoint(server)
      documents(server)
    },
    close: keepRefreshed(directory, onFault),
  }
}
