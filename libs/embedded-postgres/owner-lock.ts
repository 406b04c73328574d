// The lock query must run before any event store exists, against a server that this folder is about to stop; hence pg outside its home.
import { Client } from 'pg'

/**
 * Key pair of the advisory lock by which a running instance shows that it owns the cluster: `pg_advisory_lock(classId, objectId)`
 * in database `chancery`, on a connection kept for nothing else and as long as the instance lives.
 */
export const ownerLock = { classId: 0x43484e43, objectId: 1 } as const

export interface Connection {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
}

const held = `select from pg_locks where locktype = 'advisory' and granted and classid = $1 and objid = $2 and objsubid = 2
  and database = (select oid from pg_database where datname = current_database())`

/**
 * Whether somebody connected to this server holds the owner's lock. A server that does not answer has no owner: every owner on this
 * machine also holds the instance lock of the data directory, and the caller has just been given that.
 */
export const isOwned = async (connection: Connection): Promise<boolean> => {
  const client = new Client({ ...connection, connectionTimeoutMillis: 5000, query_timeout: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const locks = await client.query(held, [ownerLock.classId, ownerLock.objectId])
    return locks.rowCount !== 0
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
