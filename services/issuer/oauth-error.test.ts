import { createServer } from '@chancery/http'
import { afterAll, describe, expect, it } from 'vitest'
import { type Answering, oauthErrors, type Refusal, sendRefusal } from './oauth-error.ts'

const server = createServer({ trustedProxies: [], onBug: () => undefined })
const refusals = Object.keys(oauthErrors)
const isRefusal = (text: string): text is Refusal => Object.hasOwn(oauthErrors, text)
server.get<{ Params: { reason: string }; Querystring: Record<string, string> }>('/:reason', (request, reply) => {
  const { reason } = request.params
  const answering: Answering = { isPolaris: request.query.polaris === 'yes', usedBasic: request.query.basic === 'yes' }
  return isRefusal(reason) ? sendRefusal(reply, reason, answering) : reply.code(500).send()
})
afterAll(() => server.close())

const told = (reason: string, query = '') => server.inject(`/${reason}${query}`)

describe('every refusal', () => {
  // RFC 6749 §5.2; PyIceberg fails on any other, and 503 is read before its body is.
  const known = ['invalid_request', 'invalid_client', 'invalid_grant', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope']

  it.each(refusals.filter((reason) => reason !== 'realm_unknown'))('%s is one of the six codes, or unavailable', async (reason) => {
    const answer = await told(reason)
    const body = answer.json()
    expect(Object.keys(body)).toEqual(['error', 'error_description'])
    expect(answer.statusCode === 503 ? ['temporarily_unavailable'] : known).toContain(body.error)
    // RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E.
    expect(body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
  })

  it('has the status its code stands for', async () => {
    for (const reason of refusals.filter(isRefusal)) {
      const { status, error } = oauthErrors[reason]
      const statuses = { invalid_client: [401], temporarily_unavailable: [503], invalid_request: [400, 404, 405, 413, 415] }
      expect(Object.hasOwn(statuses, error) ? Object.entries(statuses).find(([code]) => code === error)?.[1] : [400]).toContain(status)
    }
  })

  it('comes with a challenge only where Basic was used and failed', async () => {
    for (const reason of refusals) {
      expect((await told(reason)).headers['www-authenticate']).toBeUndefined()
      const answer = await told(reason, '?basic=yes')
      const expected = answer.statusCode === 401 ? 'Basic realm="chancery", charset="UTF-8"' : undefined
      expect(answer.headers['www-authenticate']).toBe(expected)
    }
  })

  it('says when to come back if it is ours to mend, and what to use instead of GET', async () => {
    expect((await told('unavailable')).headers['retry-after']).toMatch(/^\d+$/)
    expect((await told('method')).headers.allow).toBe('POST')
  })
})

describe('refusals that must not tell apart', () => {
  it('a suspended tenant, a disabled principal, an unknown client and a wrong secret', async () => {
    const bodies = ['client_not_authenticated', 'tenant_not_active', 'principal_disabled'].map(
      async (reason) => [await told(reason, '?basic=yes')].map(({ statusCode, body }) => [statusCode, body])[0],
    )
    const [first, ...others] = await Promise.all(bodies)
    for (const other of others) expect(other).toEqual(first)
  })
})

describe('on a Polaris path', () => {
  it('an unknown realm is told in Polaris’s envelope', async () => {
    const answer = await told('realm_unknown', '?polaris=yes')
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toEqual({ error: { message: 'Missing or invalid realm', type: 'MissingOrInvalidRealm', code: 404 } })
  })

  it('a wrong scope comes with the right one', async () => {
    for (const reason of ['scope_malformed', 'scope_missing']) {
      expect((await told(reason, '?polaris=yes')).json().error_description).toContain('PRINCIPAL_ROLE:ALL')
    }
    expect((await told('scope_malformed')).json().error_description).not.toContain('PRINCIPAL_ROLE')
  })
})
