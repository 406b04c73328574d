import { build as buildAdmin } from '@chancery/admin'
import { build as buildAudit } from '@chancery/audit'
import { announcements } from '@chancery/bus'
import type { Config } from '@chancery/config'
import {
  type Committed,
  erasePersonal,
  factReader,
  factSpool,
  platformTenantId,
  postgresStore,
  rebuildProjections,
  tenantDirectory,
  tenantsPage,
} from '@chancery/event-store'
import { createServer, type HttpServer, issuerUrls } from '@chancery/http'
import { build as buildIssuer, type IssuerDeps } from '@chancery/issuer'
import { systemClock as clock, type Fault, systemRandom as random } from '@chancery/kernel'
import { pepperRing } from '@chancery/tokens'
import { baseUrl } from './base-url.ts'
import { claimPort, listenFault } from './claim-port.ts'
import { gateWhileHeld } from './gate-while-held.ts'
import { greeting } from './greeting.ts'
import { health } from './health.ts'
import { spoolingLog } from './issuance-log.ts'
import { keyFile } from './key-files.ts'
import { type Log, type OpenStore, openStore } from './open-store.ts'
import { prepareQuickstart, quickstartPath } from './quickstart.ts'
import { readiness } from './readiness.ts'

export interface Running {
  readonly baseUrl: string
  /** What to print once: how to get a token, without a secret. */
  readonly greeting: string
  /** Resolves when another process has taken the database over: its changes are not told to this one, which must stop. */
  readonly superseded: Promise<void>
  /** Answers what is under way, then closes the database and stops an embedded Postgres. */
  stop(): Promise<void>
}

/** A new key is published for an hour before it signs: the slowest consumer (Kafka) reads JWKS that often. */
const keyLeadSeconds = 3600

const version = '0.1.0'

interface Place {
  readonly config: Config
  readonly log: Log
  readonly store: OpenStore
  readonly baseUrl: string
}

/** What the services share: keys, URLs, time, and whom to tell of faults. */
const foundations = async ({ config, log, store, baseUrl: base }: Place) => {
  const { items: tenants } = await tenantsPage(store.database, { limit: 1, cursor: undefined })
  const keys = { dataDir: config.dataDir, isFirstStart: tenants.length === 0 }
  return {
    urls: issuerUrls(config.publicUrl ?? base),
    masterKeys: config.masterKey ?? (await keyFile({ ...keys, name: 'master.key' })),
    peppers: pepperRing(config.pepper ?? (await keyFile({ ...keys, name: 'pepper.key' }))),
    clock,
    random,
    keyLeadSeconds,
    onFault: (fault: Fault): void => log({ level: 'warn', message: 'a dependency did not answer', code: fault.code }),
  }
}

/** The issuer on its adapters: Postgres, an in-process bus, an in-memory gate. What is committed is told to whoever keeps a copy. */
const assembleIssuer = ({ config, store: { database, holding } }: Place, shared: Awaited<ReturnType<typeof foundations>>) => {
  const gate = gateWhileHeld(holding)
  const committed = announcements<Committed>()
  const store = postgresStore({ database, clock, random, announce: committed.publish })
  const facts = spoolingLog(factSpool(database), clock)
  const readTenant: IssuerDeps['readTenant'] = (tenantId, work) => store.for(tenantId).read(work)
  const directorySource = tenantDirectory(database).changedSince
  const issuer = buildIssuer({ ...shared, gate, readTenant, directorySource, log: facts, settings: { ...config, ...shared } })
  committed.subscribe(({ tenantId, versions }) => gate.tell(tenantId, versions))
  committed.subscribe(({ versions }) => (versions.policy === undefined ? Promise.resolve() : issuer.directory.refresh()))
  return { issuer, store, facts }
}

const assemble = async (place: Place) => {
  const { database } = place.store
  const shared = await foundations(place)
  const { issuer, store, facts } = assembleIssuer(place, shared)
  const tenantIdOf = async (name: string) => {
    const tenant = await issuer.directory.byName(name)
    return tenant === undefined || tenant.status === 'deleted' ? undefined : tenant.tenantId
  }
  const admin = buildAdmin({
    ...shared,
    store,
    tenantIdOf,
    tenantsPage: (page) => tenantsPage(database, page),
    erasePersonal: (tenantId, principalId) => erasePersonal(database, tenantId, principalId),
    rebuild: async (options) => ({ ...(await rebuildProjections(database, options)) }),
    platformTenantId,
    issuerOf: shared.urls.issuerOf,
    about: { version, mode: place.config.mode },
  })
  const { page: readFacts } = factReader(database)
  const { authenticateOperator } = admin
  const { isTenantAdministrator } = issuer
  const audit = buildAudit({ readFacts, authenticateOperator, isTenantAdministrator, tenantIdOf, onFault: shared.onFault })
  const isEnabled = async (tenant: string, clientId: string): Promise<boolean> => {
    const tenantId = await tenantIdOf(tenant)
    const principal = tenantId && (await store.for(tenantId).read((reads) => reads.principal({ clientId })))
    return principal?.isEnabled === true
  }
  return { issuer, admin, audit, facts, urls: shared.urls, isEnabled }
}

type Parts = Awaited<ReturnType<typeof assemble>>

const serve = ({ config, log, store }: Place, { issuer, admin, audit, facts }: Parts): HttpServer => {
  const server = createServer({
    trustedProxies: config.trustedProxies,
    onBug: (error, request) => log({ level: 'error', message: error.message, stack: error.stack, ...request }),
  })
  issuer.routes(server)
  admin.routes(server)
  audit.routes(server)
  health(readiness({ store: store.database, tenants: issuer.directory, facts, clock }))(server)
  return server
}

const run = async (place: Place): Promise<Running> => {
  const { config, store, baseUrl: base } = place
  const parts = await assemble(place)
  const tenant = config.defaultTenant ?? 'default'
  const issuer = parts.urls.issuerOf({ name: tenant, hosts: [] })
  const { provision } = parts.admin
  const { dataDir } = config
  const quickstart = await prepareQuickstart({ dataDir, tenant, baseUrl: base, issuer, provision, isEnabled: parts.isEnabled })
  const server = serve(place, parts)
  const port = Number(new URL(base).port)
  await server.listen({ host: config.host, port }).catch((error: unknown) => Promise.reject(listenFault(error, config.host, port)))
  return {
    baseUrl: base,
    greeting: greeting(quickstart, quickstartPath(dataDir)),
    superseded: store.superseded,
    async stop() {
      await server.close()
      parts.issuer.close()
      await parts.facts.drain()
      await store.close()
    },
  }
}

/** Starts everything in one process. Rejects with a StartFault, and then leaves nothing running. */
export const start = async (config: Config, log: Log): Promise<Running> => {
  const port = await claimPort(config.host, config.port)
  const store = await openStore(config, log)
  try {
    return await run({ config, log, store, baseUrl: baseUrl(config.host, port) })
  } catch (error) {
    await store.close()
    throw error
  }
}
