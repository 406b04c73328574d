import { asId, Fault, type Milliseconds, systemRandom, type TenantId } from '@chancery/kernel'
import { describe, expect, it } from 'vitest'
import { spoolingLog } from './issuance-log.ts'

const tenantId = asId<TenantId>('11111111-1111-4111-8111-111111111111')

const fact = {
  event_id: systemRandom.uuid(),
  time: '2026-01-01T00:00:00.000Z',
  tenant: 'acme',
  jti: 'j',
  lineage: 'l',
  grant: 'client_credentials',
  dialect: 'plain',
  client_id: 'c',
  sub: 'c',
  actors: [],
  credential_id: 's',
  policy_ids: ['p'],
  requested: { scope: null, audience: [], ttl: null },
  granted: { scope: null, audience: ['a'], ttl: 60 },
  roles: [],
  groups: [],
  versions: { tenant: 1, policy: 1, principal: 1 },
  ip: '203.0.113.7',
  user_agent: 'curl',
  trace_id: 't',
}

describe('the log of facts in the spool', () => {
  const opened = () => {
    let now: Milliseconds = 0
    let isFull = false
    const written: { fact: string; personal: string }[] = []
    const insert = async (batch: readonly { fact: string; personal: string }[]): Promise<void> => {
      if (isFull) throw new Fault('store_unavailable')
      written.push(...batch)
    }
    const log = spoolingLog({ insert }, { now: () => now, monotonic: () => now })
    return {
      log,
      written,
      pass: (ms: Milliseconds) => {
        now += ms
      },
      fill: (full: boolean) => {
        isFull = full
      },
    }
  }

  it('keeps what may name a person apart from the fact', async () => {
    const { log, written } = opened()
    await log.append(tenantId, fact)
    const { ip, user_agent, ...rest } = fact
    expect(written.map((entry) => [JSON.parse(entry.fact), JSON.parse(entry.personal)])).toEqual([[rest, { ip, user_agent }]])
  })

  it('is failing while the last write failed, for a while or until one succeeds', async () => {
    const { log, pass, fill } = opened()
    expect(log.isFailing()).toBe(false)
    fill(true)
    await expect(log.append(tenantId, fact)).rejects.toMatchObject({ code: 'log_unavailable', retryable: true })
    expect(log.isFailing()).toBe(true)
    pass(10_000)
    expect(log.isFailing()).toBe(false)
    await expect(log.append(tenantId, fact)).rejects.toMatchObject({ code: 'log_unavailable' })
    fill(false)
    await log.append(tenantId, fact)
    expect(log.isFailing()).toBe(false)
  })
})
