import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '@chancery/embedded-postgres'
import pg from 'pg'

export interface OwnerConnection {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
}

export interface TestPostgres {
  /** A database of its own for each call. */
  createDatabase(): Promise<OwnerConnection>
  stop(): Promise<void>
}

/** Runs work on a connection of its own. */
export const connected = async <Result>(connection: OwnerConnection, work: (client: pg.Client) => Promise<Result>): Promise<Result> => {
  const client = new pg.Client(connection)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const serverOf = (owner: OwnerConnection, stop: (databases: readonly string[]) => Promise<void>): TestPostgres => {
  const databases: string[] = []
  return {
    createDatabase: async () => {
      const database = `test_${randomUUID().replaceAll('-', '')}`
      await connected(owner, (client) => client.query(`CREATE DATABASE ${database}`))
      databases.push(database)
      return { ...owner, database }
    },
    stop: () => stop(databases),
  }
}

const external = (url: string): TestPostgres => {
  const { hostname, port, pathname, username, password, searchParams } = new URL(url)
  const owner = {
    host: searchParams.get('host') ?? hostname,
    port: Number(searchParams.get('port') ?? (port === '' ? 5432 : port)),
    database: pathname.slice(1),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  }
  return serverOf(owner, async (databases) => {
    for (const database of databases) await connected(owner, (client) => client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`))
  })
}

/** The server of `CHANCERY_POSTGRES_URL`, else the embedded one in a directory that goes with it. */
export const startTestPostgres = async (): Promise<TestPostgres> => {
  const url = process.env.CHANCERY_POSTGRES_URL
  if (url !== undefined && url !== '') return external(url)
  const dataDir = await mkdtemp(join(tmpdir(), 'chancery-test-'))
  const server = await startEmbeddedPostgres({ dataDir })
  return serverOf(server.owner, async () => {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  })
}
