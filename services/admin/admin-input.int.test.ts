import { Fault, systemRandom } from '@chancery/kernel'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAdmin } from '../../test/harness/open-admin.ts'
import { startTestPostgres, type TestPostgres } from '../../test/harness/postgres.ts'
import type { Endpoint } from './http/endpoint.ts'
import { problems } from './problems.ts'
import { endpoints } from './routes/endpoints.ts'

let postgres: TestPostgres
let office: Awaited<ReturnType<typeof openAdmin>>
/** What exists, by the name of its path parameter. */
let real: Readonly<Record<string, string>>

beforeAll(async () => {
  postgres = await startTestPostgres()
  office = await openAdmin(postgres)
  const make = async (path: string, body: object): Promise<string> => (await office.call('POST', path, body)).body.id
  await make('/tenants', { name: 'acme' })
  const principal = await make('/tenants/acme/principals', { kind: 'service', name: 'etl' })
  real = {
    tenant: 'acme',
    principal,
    workspace: await make('/tenants/acme/workspaces', { name: 'w', audience: 'w' }),
    resource: await make('/tenants/acme/resources', { audience: 'r' }),
    secret: await make(`/tenants/acme/principals/${principal}/secrets`, {}),
    token: systemRandom.uuid(),
  }
})
afterAll(async () => {
  await office?.database.close()
  await postgres?.stop()
})

const send = (method: string, url: string, sent: { payload?: string | Buffer; type?: string } = {}) =>
  office.server.inject({
    method: method === 'GET' ? 'GET' : method === 'POST' ? 'POST' : method === 'PUT' ? 'PUT' : method === 'PATCH' ? 'PATCH' : 'DELETE',
    url,
    headers: { authorization: office.authorization, ...(sent.type === undefined ? {} : { 'content-type': sent.type }) },
    ...(sent.payload === undefined ? {} : { payload: sent.payload }),
  })

const codes = new Set([...Object.keys(problems), 'not_found', 'bad_url', 'bad_request'])

/** Either it was done, or a problem says clearly why not; never is it our fault. */
const expectClear = ({ statusCode, body, headers }: Awaited<ReturnType<typeof send>>): void => {
  expect({ body, ours: [...office.bugs, ...office.faults].map(String) }).toEqual({ body, ours: [] })
  if (statusCode < 300) return
  const isProblem = String(headers['content-type']).startsWith('application/problem+json') && codes.has(JSON.parse(body).code)
  expect({ body, isProblem, isClients: statusCode < 500 }).toEqual({ body, isProblem: true, isClients: true })
}

const nasty = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '😀',
  '__proto__',
  'constructor',
  'toString',
  '../..',
  '%',
  "'; DROP TABLE events; --",
  '{}',
  'null',
  '\u202e',
  'x'.repeat(300),
  'x'.repeat(3000),
  '-1',
  '1e999',
  '9223372036854775808',
  'ÅÅ',
  '\n',
  'a b',
  '*',
]
const text = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 600 }),
  fc.uuid(),
)
const value = fc.oneof(
  { depthSize: 'small' },
  text,
  fc.array(text, { maxLength: 5 }),
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1,
    60,
    1e308,
    -0,
    2 ** 53,
    0.5,
    'service',
    'active',
    'ES256',
    'RS256',
    'rotating',
    [],
    {},
  ),
  fc.dictionary(text, fc.oneof(text, fc.constantFrom<unknown>({ from: 'roles' }, { value: 1 }, { value: ['x'] })), { maxKeys: 4 }),
  fc.jsonValue(),
)

/** What makes a body acceptable, each time under another name. */
const acceptable = fc.uuid().map((name): Record<string, unknown> => ({ kind: 'service', audience: name, name, label: name }))

/** A body with one member of any text, or some of any value, among those the operation knows, and at times some that nobody knows. */
const bodyFor = ({ body }: Endpoint) => {
  const members = Object.keys(body.properties)
  const member = fc.constantFrom(...members, 'stray')
  const one = fc
    .tuple(
      member,
      fc.oneof(
        text,
        text.map((entry) => [entry]),
      ),
    )
    .map(([name, entry]) => ({ [name]: entry }))
  const stray = fc.dictionary(text, value, { maxKeys: 2 })
  const changes = fc.oneof(
    { weight: 6, arbitrary: one },
    { weight: 3, arbitrary: fc.dictionary(member, value, { maxKeys: 4 }) },
    { weight: 1, arbitrary: stray },
  )
  return fc.tuple(acceptable, changes).map(([base, change]) => {
    const required = Object.entries(base).filter(([name]) => members.includes(name))
    return JSON.stringify({ ...Object.fromEntries(required), ...change })
  })
}

// Dots alone would climb to what stands above, and delete it.
const encoded = (part: string): string => (/^\.+$/.test(part) ? 'dots' : encodeURIComponent(part.toWellFormed()))
const cursor = fc.oneof(
  text,
  fc.array(text, { maxLength: 4 }).map((position) => Buffer.from(JSON.stringify(position)).toString('base64url')),
)

const queryFor = ({ query }: Endpoint) => {
  const pair = fc.oneof(
    cursor.map((position) => `cursor=${encoded(position)}`),
    fc
      .tuple(fc.constantFrom(...Object.keys(query.properties), 'limit', '__proto__'), text)
      .map(([name, part]) => `${name}=${encoded(part)}`),
    fc.constantFrom('limit=1', 'limit=1&limit=1', '%', '%ff=%ff', '=', '&&', 'a[b]=c', 'cursor'),
  )
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.array(pair, { minLength: 1, maxLength: 3 }).map((pairs) => `?${pairs.join('&')}`) },
  )
}

/** Paths to what exists, mostly; what is deleted exists no more, so those lead astray. */
const pathFor = ({ url, method }: Endpoint) => {
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  const astray = fc.oneof(text.map(encoded), fc.constantFrom('%', '%ff', '%ED%A0%80', '%2F', ';', '%00'))
  const part = (name: string) =>
    method === 'DELETE' && name === names.at(-1)
      ? astray
      : fc.oneof({ weight: 6, arbitrary: fc.constant(real[name] ?? '') }, { weight: 1, arbitrary: astray })
  return fc
    .tuple(...names.map(part))
    .map((parts) => `/admin/v1${names.reduce((path, name, index) => path.replace(`:${name}`, () => parts[index] ?? ''), url)}`)
}

describe('whatever is sent', () => {
  it('is done or clearly refused, whoever it addresses and whatever it says', async () => {
    const request = fc
      .constantFrom(...endpoints)
      .chain((endpoint) =>
        fc.record({ method: fc.constant(endpoint.method), path: pathFor(endpoint), query: queryFor(endpoint), payload: bodyFor(endpoint) }),
      )
    let accepted = 0
    const property = fc.asyncProperty(request, async ({ method, path, query, payload }) => {
      const hasBody = method !== 'GET' && method !== 'DELETE'
      const answer = await send(method, `${path}${query}`, hasBody ? { payload, type: 'application/json' } : {})
      expectClear(answer)
      if (answer.statusCode < 300) accepted += 1
    })
    const numRuns = 1500
    await fc.assert(property, { numRuns, endOnFailure: true })
    // Where nothing gets through, nothing was tried.
    expect(accepted).toBeGreaterThan(numRuns / 20)
  }, 180_000)

  it('is refused by its bytes and its media type before anything else', async () => {
    const types = [
      'application/json',
      'application/json; charset=utf-16',
      'text/plain',
      'application/x-www-form-urlencoded',
      'x',
      '',
      'application/json;',
      'multipart/form-data',
    ]
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc.string({ unit: 'binary' }),
      fc.json(),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
        fc.constantFrom(...types),
        payload,
        async (method, type, bytes) => {
          const path = method === 'POST' ? 'principals' : `principals/${method === 'DELETE' ? systemRandom.uuid() : real.principal}`
          expectClear(
            await send(method, `/admin/v1/tenants/acme/${path}${method === 'PUT' ? '/issuance-policy' : ''}`, { payload: bytes, type }),
          )
        },
      ),
      { numRuns: 200, endOnFailure: true },
    )
  })

  it.each([
    ['broken JSON', { payload: '{"kind":', type: 'application/json' }, 400, 'bad_json'],
    ['a form', { payload: 'kind=service', type: 'application/x-www-form-urlencoded' }, 415, 'media_type_unsupported'],
    ['too much', { payload: JSON.stringify({ name: 'x'.repeat(70_000) }), type: 'application/json' }, 413, 'body_too_large'],
    ['nothing', {}, 400, 'missing_member'],
  ])('as %s is refused', async (...[, sent, status, code]) => {
    const answer = await send('POST', '/admin/v1/tenants/acme/principals', sent)
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  })

  it('as a cursor of another list or of nobody is refused', async () => {
    for (const list of ['tenants', 'tenants/acme/principals', 'tenants/acme/workspaces', 'tenants/acme/resources']) {
      for (const position of [
        'x',
        '%00',
        Buffer.from('["a","b"]').toString('base64url'),
        Buffer.from('["\\u0000"]').toString('base64url'),
      ]) {
        const answer = await send('GET', `/admin/v1/${list}?cursor=${position}`)
        expect([list, position, answer.statusCode]).toEqual([list, position, 400])
      }
    }
  })
})

describe('a fault of the store', () => {
  it('is answered 503 with Retry-After and without a word of its cause', async () => {
    const fault = new Fault('store_unavailable', { cause: new Error('password=hunter2') })
    const server = office.serverOf({ tenantsPage: () => Promise.reject(fault) })
    const answer = await server.inject({ url: '/admin/v1/tenants', headers: { authorization: office.authorization } })
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().code]).toEqual([503, '2', 'unavailable'])
    expect(answer.body).not.toContain('hunter2')
    expect(office.faults.splice(0)).toEqual([fault])
  })

  it('while the caller is being recognised is no refusal of the caller', async () => {
    const down = {
      ...office.store,
      for: () => ({ change: () => Promise.reject(new Fault('down')), read: () => Promise.reject(new Fault('down')) }),
    }
    const server = office.serverOf({ store: down })
    const answer = await server.inject({ url: '/admin/v1/status', headers: { authorization: office.authorization } })
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '2'])
    office.faults.length = 0
  })

  it('that no repetition mends is ours, and logged as such', async () => {
    const server = office.serverOf({ rebuild: () => Promise.reject(new Fault('unsealable', { retryable: false })) })
    const answer = await server.inject({
      method: 'POST',
      url: '/admin/v1/projections/rebuild',
      headers: { authorization: office.authorization },
    })
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'internal_error'])
    expect(office.bugs.splice(0)).toHaveLength(1)
  })
})
