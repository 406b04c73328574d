import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminApi } from '../harness/admin-api.ts'
import { connected, type OwnerConnection, startTestPostgres, type TestPostgres } from '../harness/postgres.ts'
import { type Service, startService } from '../harness/service.ts'

const urlOf = ({ host, port, database, user, password }: OwnerConnection): string =>
  `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`

const key = (): string => `test:${randomBytes(32).toString('base64')}`

describe('a process whose database another one took while it was paused', { timeout: 120_000 }, () => {
  let postgres: TestPostgres
  let database: OwnerConnection
  let paused: Service
  let successor: Service | undefined
  const keys = { CHANCERY_MASTER_KEY: key(), CHANCERY_PEPPER: key() }

  beforeAll(async () => {
    postgres = await startTestPostgres()
    database = await postgres.createDatabase()
    paused = await startService({ env: { ...keys, CHANCERY_POSTGRES_URL: urlOf(database) } })
  }, 120_000)

  afterAll(async () => {
    await successor?.stop()
    await paused.stop()
    await postgres.stop()
  })

  const ask = async (): Promise<number | undefined> => {
    const { token_url, client_id, client_secret } = paused.quickstart
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret })
    const answer = await fetch(token_url, { method: 'POST', body }).catch(() => undefined)
    return answer?.status
  }

  const revokeEverySecret = async ({ quickstart }: Service): Promise<void> => {
    const api = adminApi(quickstart)
    const principals = await api.call<{ items: { id: string; client_id: string }[] }>('GET', 'tenants/default/principals')
    for (const { id } of principals.body.items) {
      const secrets = await api.call<{ items: { id: string }[] }>('GET', `tenants/default/principals/${id}/secrets`)
      for (const secret of secrets.body.items) await api.call('DELETE', `tenants/default/principals/${id}/secrets/${secret.id}`)
    }
  }

  test('issues nothing on what was revoked meanwhile, and ends', async () => {
    // Often enough that everything it needs is in memory.
    for (let warm = 0; warm < 5; warm += 1) expect(await ask()).toBe(200)
    paused.kill('SIGSTOP')
    await connected(database, (client) =>
      client.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database =
        (SELECT oid FROM pg_database WHERE datname = current_database())`),
    )
    successor = await startService({ env: { ...keys, CHANCERY_POSTGRES_URL: urlOf(database) } })
    await revokeEverySecret(successor)
    paused.kill('SIGCONT')
    const answers: (number | undefined)[] = []
    const ended = paused.exited.then(() => true)
    while (!(await Promise.race([ended, ask().then((status) => answers.push(status) < 0)])));
    expect(answers).not.toContain(200)
    expect(await paused.exited).not.toBe(0)
  })
})
