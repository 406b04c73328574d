import { createServer } from '@chancery/http'
import { asId, Fault, type TenantId } from '@chancery/kernel'
import { describe, expect, it } from 'vitest'
import { build } from './app.ts'
import type { AuditDeps } from './facts-route.ts'

const tenantId = asId<TenantId>('8d6ff9b4-3f4f-4f05-9f3e-6f2b1c0a7d11')

const open = (deps: Partial<AuditDeps> = {}) => {
  const bugs: Error[] = []
  const server = createServer({ trustedProxies: [], onBug: (error) => bugs.push(error) })
  const { routes } = build({
    readFacts: (_tenantId, { cursor = '0' }) =>
      Promise.resolve(cursor === '1' ? { items: [], nextCursor: '1' } : { items: [{ jti: 'j' }], nextCursor: '1' }),
    authenticateOperator: (authorization) => Promise.resolve(authorization === 'Bearer operator'),
    isTenantAdministrator: (id, authorization) => Promise.resolve(id === tenantId && authorization === 'Bearer administrator'),
    tenantIdOf: (name) => Promise.resolve(name === 'acme' ? tenantId : undefined),
    ...deps,
  })
  routes(server)
  const get = (url: string, authorization?: string) => server.inject({ url, headers: authorization === undefined ? {} : { authorization } })
  return { get, bugs }
}

describe('GET /t/{tenant}/facts', () => {
  it.each(['Bearer operator', 'Bearer administrator'])('shows the facts to %s', async (authorization) => {
    const answer = await open().get('/t/acme/facts', authorization)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({ items: [{ jti: 'j' }], next_cursor: '1' })
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('names the same cursor again when there is nothing new', async () => {
    expect((await open().get('/t/acme/facts?cursor=1', 'Bearer operator')).json()).toEqual({ items: [], next_cursor: '1' })
  })

  it('always names a cursor, and takes the empty one for the beginning', async () => {
    const seen: unknown[] = []
    const { get } = open({
      readFacts: (_tenantId, page) => {
        seen.push(page)
        return Promise.resolve({ items: [], nextCursor: undefined })
      },
    })
    expect((await get('/t/acme/facts', 'Bearer operator')).json()).toEqual({ items: [], next_cursor: '' })
    expect((await get('/t/acme/facts?cursor=&limit=7', 'Bearer operator')).json()).toEqual({ items: [], next_cursor: '' })
    expect(seen).toEqual([
      { limit: 100, cursor: undefined },
      { limit: 7, cursor: undefined },
    ])
  })

  it.each([undefined, 'Bearer x', 'Basic operator'])('refuses %s, and does not say whether the tenant exists', async (authorization) => {
    const { get } = open()
    const [known, unknown] = [await get('/t/acme/facts', authorization), await get('/t/other/facts', authorization)]
    expect([known.statusCode, known.headers['www-authenticate']]).toEqual([401, 'Bearer'])
    expect(unknown.body).toBe(known.body)
  })

  it('tells an operator that there is no such tenant', async () => {
    for (const name of ['other', 'ACME', '__proto__', '%00']) {
      const answer = await open().get(`/t/${name}/facts`, 'Bearer operator')
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'tenant_unknown'])
    }
  })

  it.each(['limit=0', 'limit=1001', 'limit=x', 'limit=1&limit=2', 'cursor=%00', `cursor=${'a'.repeat(513)}`, 'q=1', 'cursor=a&cursor=b'])(
    'refuses ?%s',
    async (query) => {
      const answer = await open().get(`/t/acme/facts?${query}`, 'Bearer operator')
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_parameter'])
    },
  )

  it('refuses the cursor of another list', async () => {
    const { get } = open({ readFacts: () => Promise.reject(new Fault('bad_cursor', { retryable: false })) })
    expect((await get('/t/acme/facts?cursor=x', 'Bearer operator')).statusCode).toBe(400)
  })

  it('answers 503 with Retry-After while the database does not answer, whoever asked it', async () => {
    const down = () => Promise.reject(new Fault('store_unavailable'))
    const faults: string[] = []
    const onFault = ({ code }: Fault): void => void faults.push(code)
    for (const deps of [{ readFacts: down }, { authenticateOperator: down }, { isTenantAdministrator: down }]) {
      const caller = 'readFacts' in deps ? 'Bearer operator' : 'Bearer x'
      const answer = await open({ ...deps, onFault }).get('/t/acme/facts', caller)
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '2'])
    }
    expect(faults).toEqual(['store_unavailable', 'store_unavailable', 'store_unavailable'])
  })

  it('answers a bug with 500 and nothing of it', async () => {
    const { get, bugs } = open({ readFacts: () => Promise.reject(new Error('inner')) })
    const answer = await get('/t/acme/facts', 'Bearer operator')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('inner')
    expect(bugs).toHaveLength(1)
  })
})
