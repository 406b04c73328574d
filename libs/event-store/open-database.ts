import { fileURLToPath } from 'node:url'
import { Fault } from '@chancery/kernel'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import { admitCluster } from './cluster-identity.ts'
import { admitRoles, createRoles, type Role, rolePassword, roles } from './roles.ts'
import { faultOf, sqlFailure } from './sql-condition.ts'

/** How the owner of the database connects. `host` is a name, an address or the directory of a socket. */
export interface Connection {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
}

export interface OpenDatabase {
  /** The owner's connection; its password is required, since those of the services' roles follow from it. */
  readonly connection: Connection | { readonly url: string }
  /** Accepts a server with `fsync` or `synchronous_commit` off, on which an acknowledged fact can be lost. */
  readonly allowWeakDurability?: boolean
  /** Told, once for each broken connection, why: an SQLSTATE or nothing. */
  readonly log?: (line: { readonly event: 'connection_lost'; readonly role: string; readonly sqlstate: string | undefined }) => void
}

/** Pools of connections, one for each role, opened as they are needed. Nothing outside this lib touches them. */
export interface Database extends Readonly<Record<Role | 'owner', pg.Pool>> {
  /** Raised by a restore. It does not change while a database is open. */
  readonly epoch: number
  /** Waits for statements under way. */
  close(): Promise<void>
}

const migrationsFolder = fileURLToPath(new URL('migrations', import.meta.url))

/** Several instances may start at once; the first one migrates. */
const startLock = 'SELECT pg_advisory_lock(0x6368, 1)'
const startUnlock = 'SELECT pg_advisory_unlock(0x6368, 1)'

const limits = {
  /** Covers the wait for a free connection as well, so that an overloaded or absent database is answered for in time. */
  connectionTimeoutMillis: 1_500,
  idleTimeoutMillis: 30_000,
  keepAlive: true,
}

/** 64-bit integers are versions and milliseconds, which fit a number. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (Number(oid) === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)),
}

const ownerConfig = ({ connection }: OpenDatabase): pg.PoolConfig & { readonly password: string } => {
  if (!('url' in connection)) return connection
  const { password } = new URL(connection.url)
  return { connectionString: connection.url, password: decodeURIComponent(password) }
}

interface PoolRequest {
  readonly config: pg.PoolConfig
  readonly role: string
  readonly log: OpenDatabase['log']
}

const openPool = ({ config, role, log }: PoolRequest): pg.Pool => {
  const pool = new pg.Pool({ ...limits, ...config, types })
  const lost = (error: Error): void => log?.({ event: 'connection_lost', role, sqlstate: sqlFailure(error).sqlstate })
  // A connection can break while it is idle and while it is in use; without a listener either would end the process.
  pool.on('error', lost)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return pool
}

const requireDurability = async (owner: pg.ClientBase): Promise<void> => {
  const { rows } = await owner.query<{ isDurable: boolean }>(
    `SELECT current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off' AS "isDurable"`,
  )
  if (rows[0]?.isDurable !== true) throw new Fault('weak_durability', { retryable: false })
}

const prepare = async (owner: pg.PoolClient, password: string, options: OpenDatabase): Promise<number> => {
  if (options.allowWeakDurability !== true) await requireDurability(owner)
  await owner.query(startLock)
  try {
    await createRoles(owner)
    await migrate(drizzle({ client: owner }), { migrationsFolder, migrationsSchema: 'public', migrationsTable: 'migrations' })
    await admitRoles(owner, password)
    return await admitCluster(owner)
  } finally {
    await owner.query(startUnlock)
  }
}

const prepared = async (pool: pg.Pool, password: string, options: OpenDatabase): Promise<number> => {
  const owner = await pool.connect()
  try {
    return await prepare(owner, password, options)
  } finally {
    owner.release()
  }
}

/** drizzle wraps a failure together with the statement's parameters; only the driver's SQLSTATE goes on. */
const startFault = (error: unknown): Fault => {
  if (error instanceof Fault) return error
  return faultOf(sqlFailure(error instanceof Error && error.cause instanceof pg.DatabaseError ? error.cause : error))
}

const openRolePool = (role: Role, config: pg.PoolConfig & { readonly password: string }, log: OpenDatabase['log']): pg.Pool => {
  const { name, connections } = roles[role]
  const own = { ...asRole(config, name), max: connections, query_timeout: 2_500 }
  return openPool({ config: own, role: name, log })
}

const asRole = (config: pg.PoolConfig & { readonly password: string }, name: string): pg.PoolConfig => {
  const password = rolePassword(config.password, name)
  if (config.connectionString === undefined) return { ...config, user: name, password }
  const url = new URL(config.connectionString)
  url.username = name
  url.password = password
  return { connectionString: url.href }
}

/**
 * Connects as the owner, brings the schema and the services' roles up to date, and checks that this is the cluster the data has always lived in.
 * Rejects with Fault `restored_elsewhere` (the sentence for the operator is its cause), `weak_durability`, `owner_password_missing` or
 * `role_too_strong`, none of them retryable, and with retryable `store_unavailable` while there is no server.
 */
export const openDatabase = async (options: OpenDatabase): Promise<Database> => {
  const config = ownerConfig(options)
  // Without it the roles' passwords would follow from nothing but their names.
  if (config.password === '') throw new Fault('owner_password_missing', { retryable: false })
  const { log } = options
  const owner = openPool({ config: { ...config, max: 1 }, role: 'owner', log })
  try {
    const epoch = await prepared(owner, config.password, options)
    const open = (role: Role): pg.Pool => openRolePool(role, config, log)
    const pools = { app: open('app'), facts: open('facts'), relay: open('relay'), audit: open('audit'), owner }
    const close = async (): Promise<void> => {
      await Promise.all(Object.values(pools).map((pool) => pool.end()))
    }
    return { ...pools, epoch, close }
  } catch (error) {
    await owner.end()
    throw startFault(error)
  }
}
