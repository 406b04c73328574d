import { systemClock, systemRandom } from '@chancery/kernel'
import { afterAll, beforeAll } from 'vitest'
import { startTestPostgres, type TestPostgres } from '../../test/harness/postgres.ts'
import { eventStoreContract } from './contract.ts'
import { type Database, openDatabase } from './open-database.ts'
import { postgresStore } from './postgres.ts'

let server: TestPostgres
let database: Database

beforeAll(async () => {
  server = await startTestPostgres()
  database = await openDatabase({ connection: await server.createDatabase() })
})
afterAll(async () => {
  await database.close()
  await server.stop()
})

eventStoreContract('postgresStore', async () => ({
  storeTelling: (announce) => postgresStore({ database, clock: systemClock, random: systemRandom, announce }),
}))
