import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isObject } from './json.ts'
import { type RecordingServer, recordingServer } from './recording-server.ts'
import { madeKey } from './signed-token.ts'
import { adminToken, clientSecret, quickstartAt, quickstartPath, type Terminal, type } from './terminal.ts'

const key = madeKey('ES256')

describe('doctor', () => {
  let server: RecordingServer
  beforeEach(async () => {
    server = await recordingServer()
    const issuer = `${server.url}/t/acme`
    const jwks = '/t/acme/.well-known/jwks.json'
    const token = key.token({ iss: issuer, jti: 'j1', exp: Math.floor(Date.now() / 1000) + 60 })
    server.answer('GET /healthz', { body: { status: 'ok' } })
    server.answer('GET /readyz', { body: { status: 'ok' } })
    server.answer('GET /t/acme/.well-known/openid-configuration', { body: { issuer, jwks_uri: `${server.url}${jwks}` } })
    server.answer(`GET ${jwks}`, { body: { keys: [key.jwk] } })
    server.answer('GET /admin/v1/status', { body: { version: '1' } })
    server.answer('POST /t/acme/oauth2/token', { body: { access_token: token } })
    server.answer('GET /t/acme/facts?limit=1000', { body: { items: [{ jti: 'j0' }, { jti: 'j1' }], next_cursor: '2' } })
  })
  afterEach(() => server.close())

  const examine = async (terminal: Terminal = {}, ...argv: readonly string[]) => {
    const { code, stdout, stderr } = await type(['doctor', '--json', ...argv], {
      files: quickstartAt(server.url),
      wait: () => Promise.resolve(),
      ...terminal,
    })
    const findings: unknown = JSON.parse(stdout)
    const found = Array.isArray(findings) ? findings.filter(isObject) : []
    const of = (check: string) => found.find((finding) => finding['check'] === check)
    return { code, stdout, stderr, found, of }
  }

  it('finds nothing wrong with a server that is well', async () => {
    const { code, found, stderr } = await examine()
    expect(found.map(({ check, status, remedy }) => `${String(check)}: ${String(status)} ${String(remedy)}`)).toEqual(
      [
        'node',
        'quickstart',
        'addresses',
        'healthz',
        'readyz',
        'clock',
        'discovery',
        'jwks',
        'admin token',
        'token',
        'signature',
        'fact',
      ].map((check) => `${check}: ok undefined`),
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('says it in lines for a person, without a secret', async () => {
    const { stdout } = await type(['doctor'], { files: quickstartAt(server.url), modes: { [quickstartPath]: 0o644 } })
    expect(stdout).toContain(
      `fail  quickstart    ${quickstartPath} has mode 0644 and holds secrets\n                    → chmod 600 ${quickstartPath}\n`,
    )
    expect(stdout).toContain('ok    fact          the log holds the fact of j1\n')
    expect(stdout).not.toMatch(new RegExp(`${adminToken}|${clientSecret}|eyJ`))
  })

  it('stops at a server that is not there', async () => {
    await server.close()
    const { code, found } = await examine()
    expect(code).toBe(1)
    expect(found.at(-1)).toMatchObject({ check: 'healthz', status: 'fail', detail: expect.stringContaining('connection_refused') })
    server = await recordingServer()
  })

  const failures: readonly (readonly [string, string, (server: RecordingServer) => void, string])[] = [
    [
      'readyz',
      'fail',
      (s) => s.answer('GET /readyz', { status: 503, body: { missing: [{ name: 'postgres', missing: 'does not answer' }] } }),
      'postgres: does not answer',
    ],
    ['clock', 'warn', (s) => s.answer('GET /healthz', { headers: { date: new Date(Date.now() - 30_000).toUTCString() } }), ' s apart'],
    ['clock', 'fail', (s) => s.answer('GET /healthz', { headers: { date: new Date(Date.now() + 300_000).toUTCString() } }), ' s apart'],
    [
      'discovery',
      'fail',
      (s) => s.answer('GET /t/acme/.well-known/openid-configuration', { body: { issuer: `${s.url}/t/acme/`, jwks_uri: s.url } }),
      'while quickstart.json says',
    ],
    [
      'discovery',
      'fail',
      (s) => s.answer('GET /t/acme/.well-known/openid-configuration', { status: 404, body: { code: 'tenant_unknown' } }),
      'tenant_unknown',
    ],
    ['jwks', 'fail', (s) => s.answer('GET /t/acme/.well-known/jwks.json', { body: { keys: [] } }), 'JWKS holds no key'],
    ['admin token', 'fail', (s) => s.answer('GET /admin/v1/status', { status: 401, body: { code: 'unauthenticated' } }), 'unauthenticated'],
    ['token', 'fail', (s) => s.answer('POST /t/acme/oauth2/token', { status: 401, body: { error: 'invalid_client' } }), 'invalid_client'],
    [
      'signature',
      'fail',
      (s) => s.answer('GET /t/acme/.well-known/jwks.json', { body: { keys: [madeKey('ES256').jwk] } }),
      'the signature is wrong',
    ],
    ['fact', 'fail', (s) => s.answer('GET /t/acme/facts?limit=1000', { body: { items: [] } }), 'does not hold the fact of j1'],
  ]

  const rows = failures.map(([check, status, breakIt, detail]) => ({ check, status, breakIt, detail }))

  it.each(rows)('$check: $status on "$detail", with what to do', async ({ check, status, breakIt, detail }) => {
    breakIt(server)
    const { code, of } = await examine()
    expect(of(check)).toEqual({ check, status, detail: expect.stringContaining(detail), remedy: expect.stringMatching(/\w+/) })
    expect(code).toBe(status === 'fail' ? 1 : 0)
  })

  it('looks for the fact on all pages', async () => {
    const items = Array.from({ length: 1000 }, (_, index) => ({ jti: `x${index}` }))
    server.answer('GET /t/acme/facts?limit=1000', { body: { items, next_cursor: 'p2' } })
    server.answer('GET /t/acme/facts?cursor=p2&limit=1000', { body: { items: [{ jti: 'j1' }], next_cursor: 'p3' } })
    expect((await examine()).of('fact')).toMatchObject({ status: 'ok' })
  })

  it('gives a fact the time to be shown', async () => {
    server.answer('GET /t/acme/facts?limit=1000', { body: { items: [{ jti: 'j0' }], next_cursor: 'p2' } })
    server.answer('GET /t/acme/facts?cursor=p2&limit=1000', { body: { items: [], next_cursor: 'p2' } })
    const wait = async () =>
      server.answer('GET /t/acme/facts?cursor=p2&limit=1000', { body: { items: [{ jti: 'j1' }], next_cursor: 'p3' } })
    expect((await examine({ wait })).of('fact')).toMatchObject({ status: 'ok' })
  })

  it('warns when another address is asked than the server wrote down', async () => {
    const { of } = await examine({}, '--url', server.url.replace('127.0.0.1', 'localhost'))
    expect(of('addresses')).toMatchObject({ status: 'warn', detail: expect.stringContaining(`quickstart.json says ${server.url}`) })
  })

  it('warns when CHANCERY_PORT is another port than the one asked', async () =>
    expect((await examine({ env: { CHANCERY_PORT: '1' } })).of('addresses')).toMatchObject({ status: 'warn' }))

  it('fails on a Node that cannot run the server', async () => {
    const { code, of } = await examine({ nodeVersion: '24.3.1' })
    expect(of('node')).toMatchObject({ status: 'fail', detail: 'Node 24.3.1 is older than 26' })
    expect(code).toBe(1)
  })
})
