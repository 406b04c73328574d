import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { topics } from './commands/topics.ts'
import { type Canned, type RecordingServer, recordingServer } from './recording-server.ts'
import { adminToken, quickstartAt, type } from './terminal.ts'
import { isNoun } from './verb.ts'

const uuid = '0d9bb1a4-6b6a-4a57-b4b1-2f6d6f2a7a11'
const t = '/admin/v1/tenants/acme'
const principal = { id: uuid, kind: 'service', name: 'etl', client_id: 'c9', roles: [], enabled: true, workspaces: [], version: 1 }
const found = { [`GET ${t}/principals/${uuid}`]: { body: principal } }
const one = { id: 'x1', name: 'n1' }
const page = { items: [one] }

interface Case {
  readonly line: string
  readonly request: string
  readonly body?: unknown
  readonly answer?: unknown
  /** What the server says to the requests before this one. */
  readonly before?: Readonly<Record<string, Canned>>
  /** What a person reads when there is no JSON. */
  readonly text?: string
}

const cases: readonly Case[] = [
  { line: 'tenant list', request: 'GET /admin/v1/tenants', answer: page },
  {
    line: 'tenant list --limit 1 --cursor c',
    request: 'GET /admin/v1/tenants?limit=1&cursor=c',
    answer: { items: [one], next_cursor: 'd' },
  },
  { line: 'tenant get acme', request: `GET ${t}`, answer: one },
  { line: 'tenant create acme', request: 'POST /admin/v1/tenants', body: { name: 'acme' }, answer: one },
  {
    line: 'tenant create acme --display-name Acme --host a.example --host b.example --account-id 42',
    request: 'POST /admin/v1/tenants',
    body: { name: 'acme', display_name: 'Acme', hosts: ['a.example', 'b.example'], account_id: '42' },
    answer: one,
  },
  { line: 'tenant set acme --default-audience cat', request: `PATCH ${t}`, body: { default_audience: 'cat' }, answer: one },
  {
    line: "tenant set acme --default-audience '' --host ''",
    request: `PATCH ${t}`,
    body: { default_audience: null, hosts: [] },
    answer: one,
  },
  { line: 'tenant suspend acme', request: `PATCH ${t}`, body: { status: 'suspended' }, answer: one },
  { line: 'tenant resume acme', request: `PATCH ${t}`, body: { status: 'active' }, answer: one },
  { line: 'tenant delete acme', request: `DELETE ${t}`, text: 'tenant acme is deleted' },
  { line: 'workspace list', request: `GET ${t}/workspaces`, answer: page },
  { line: 'workspace get w', request: `GET ${t}/workspaces/w`, answer: one },
  { line: 'workspace create w --audience a', request: `POST ${t}/workspaces`, body: { name: 'w', audience: 'a' }, answer: one },
  { line: 'workspace set w --host h', request: `PATCH ${t}/workspaces/w`, body: { hosts: ['h'] }, answer: one },
  { line: 'workspace delete w', request: `DELETE ${t}/workspaces/w`, text: 'workspace w is deleted' },
  { line: 'principal list', request: `GET ${t}/principals`, answer: page },
  { line: 'principal list --name etl --kind user', request: `GET ${t}/principals?name=etl&kind=user`, answer: page },
  { line: `principal get ${uuid}`, request: `GET ${t}/principals/${uuid}`, answer: principal },
  { line: 'principal create etl', request: `POST ${t}/principals`, body: { kind: 'service', name: 'etl' }, answer: principal },
  {
    line: 'principal create etl --kind user --role a --workspace w --disabled',
    request: `POST ${t}/principals`,
    body: { kind: 'user', name: 'etl', roles: ['a'], workspaces: ['w'], enabled: false },
    answer: principal,
  },
  {
    line: `principal set ${uuid} --name n --role a --role b`,
    request: `PATCH ${t}/principals/${uuid}`,
    body: { name: 'n', roles: ['a', 'b'] },
    answer: principal,
    before: found,
  },
  { line: `principal enable ${uuid}`, request: `PATCH ${t}/principals/${uuid}`, body: { enabled: true }, answer: principal, before: found },
  {
    line: `principal disable ${uuid}`,
    request: `PATCH ${t}/principals/${uuid}`,
    body: { enabled: false },
    answer: principal,
    before: found,
  },
  { line: `principal delete ${uuid}`, request: `DELETE ${t}/principals/${uuid}`, before: found, text: `principal ${uuid} is deleted` },
  { line: `principal delete ${uuid} --erase`, request: `DELETE ${t}/principals/${uuid}?erase=true`, before: found },
  { line: `secret list --principal ${uuid}`, request: `GET ${t}/principals/${uuid}/secrets`, answer: page, before: found },
  { line: 'secret list --resource r', request: `GET ${t}/resources/r/secrets`, answer: page },
  { line: 'secret create --resource r', request: `POST ${t}/resources/r/secrets`, body: {}, answer: { id: 's', secret: 'chs_1_2_3' } },
  {
    line: `secret create --principal ${uuid} --lifetime 30d`,
    request: `POST ${t}/principals/${uuid}/secrets`,
    body: { lifetime_seconds: 2_592_000 },
    answer: { id: 's', secret: 'chs_1_2_3' },
    before: found,
  },
  {
    line: `secret revoke s --principal ${uuid}`,
    request: `DELETE ${t}/principals/${uuid}/secrets/s`,
    before: found,
    text: 'secret s is revoked',
  },
  { line: `policy get ${uuid}`, request: `GET ${t}/principals/${uuid}/issuance-policy`, answer: { grants: [] }, before: found },
  {
    line: `policy set ${uuid} --ttl 15m --grant client_credentials --grant token-exchange --scope all-apis --audience a --default-audience a --refresh rotating`,
    request: `PUT ${t}/principals/${uuid}/issuance-policy`,
    body: {
      access_token_ttl_seconds: 900,
      grants: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      scopes: ['all-apis'],
      audiences: ['a'],
      default_audience: 'a',
      refresh: 'rotating',
    },
    answer: { grants: [] },
    before: found,
  },
  { line: 'resource list', request: `GET ${t}/resources`, answer: page },
  { line: 'resource get r', request: `GET ${t}/resources/r`, answer: one },
  {
    line: `resource create --audience a --alg RS256 --typ JWT --claims {"env":{"value":"x"}} --accepts-account-tokens`,
    request: `POST ${t}/resources`,
    body: { audience: 'a', alg: 'RS256', typ: 'JWT', claims: { env: { value: 'x' } }, accepts_account_tokens: true },
    answer: one,
  },
  {
    line: "resource set r --alg '' --no-accepts-account-tokens",
    request: `PATCH ${t}/resources/r`,
    body: { alg: null, accepts_account_tokens: false },
    answer: one,
  },
  { line: 'resource delete r', request: `DELETE ${t}/resources/r`, text: 'resource r is deleted' },
  { line: 'keys list', request: `GET ${t}/signing-keys`, answer: page },
  { line: 'keys rewrap', request: 'POST /admin/v1/signing-keys/rewrap', answer: one },
  { line: 'keys rotate', request: `POST ${t}/signing-keys`, body: {}, answer: one },
  {
    line: 'keys rotate --alg RS256 --compromised',
    request: `POST ${t}/signing-keys`,
    body: { alg: 'RS256', compromised: true },
    answer: one,
  },
  { line: 'operator list', request: 'GET /admin/v1/operator-tokens', answer: page },
  { line: 'operator create ci', request: 'POST /admin/v1/operator-tokens', body: { label: 'ci' }, answer: { id: 'o', token: 'cho_1_2_3' } },
  { line: 'operator revoke o', request: 'DELETE /admin/v1/operator-tokens/o', text: 'operator token o is revoked' },
  { line: 'projections rebuild', request: 'POST /admin/v1/projections/rebuild', body: {}, answer: { events: 4 } },
  { line: 'projections rebuild --swap', request: 'POST /admin/v1/projections/rebuild', body: { swap: true }, answer: { events: 4 } },
  { line: 'facts', request: 'GET /t/acme/facts', answer: { items: [{ jti: 'j' }], next_cursor: 'k' } },
  { line: 'facts --cursor k --limit 5', request: 'GET /t/acme/facts?cursor=k&limit=5', answer: { items: [], next_cursor: 'k' } },
  { line: 'tenant get other --tenant acme', request: 'GET /admin/v1/tenants/other', answer: one },
  { line: 'workspace list --tenant other', request: 'GET /admin/v1/tenants/other/workspaces', answer: page },
]

const words = (line: string): readonly string[] => line.split(' ').map((word) => (word === "''" ? '' : word))

describe('a verb', () => {
  let server: RecordingServer
  beforeAll(async () => {
    server = await recordingServer()
  })
  afterAll(() => server.close())
  beforeEach(() => server.requests.splice(0))

  const prepare = ({ request, answer, before = {} }: Case) => {
    for (const [earlier, canned] of Object.entries(before)) server.answer(earlier, canned)
    server.answer(request, answer === undefined ? { status: 204 } : { body: answer })
  }

  it.each(cases)('chancery $line --json asks $request and prints the answer', async (row) => {
    prepare(row)
    const { code, stdout, stderr } = await type([...words(row.line), '--json'], { files: quickstartAt(server.url) })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const last = server.requests.at(-1)
    expect(`${last?.method} ${last?.url}`).toBe(row.request)
    expect(last?.body).toEqual(row.body)
    expect(last?.authorization).toBe(`Bearer ${adminToken}`)
    expect(stdout).toBe(row.answer === undefined ? '' : `${JSON.stringify(row.answer)}\n`)
  })

  it.each(cases)('chancery $line says it in words', async (row) => {
    prepare(row)
    const { code, stdout, stderr } = await type(words(row.line), { files: quickstartAt(server.url) })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^[^{]\S*.*\n/)
    expect(stdout).toContain(row.text ?? '')
  })

  it('is in the tables above, unless it has a test file of its own', () => {
    const all = topics.flatMap((topic) => (isNoun(topic) ? topic.verbs.map(({ name }) => `${topic.name} ${name}`) : [topic.name]))
    const missing = all.filter((verb) => !cases.some(({ line }) => line === verb || line.startsWith(`${verb} `)))
    expect(missing).toEqual(['doctor', 'token get', 'token inspect'])
  })
})
