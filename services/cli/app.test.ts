import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RecordingServer, recordingServer } from './recording-server.ts'
import { adminToken, clientSecret, quickstartAt, quickstartPath, type } from './terminal.ts'

const t = '/admin/v1/tenants/acme'
const id = '0d9bb1a4-6b6a-4a57-b4b1-2f6d6f2a7a11'
const unknown = { status: 404, body: { status: 404, code: 'principal_unknown', detail: 'The tenant has no such principal.' } }

describe('the program', () => {
  let server: RecordingServer
  beforeAll(async () => {
    server = await recordingServer()
  })
  afterAll(() => server.close())
  beforeEach(() => server.requests.splice(0))

  const here = (line: string, stdin = '') => type(line.split(' '), { files: quickstartAt(server.url), stdin })

  describe('finds', () => {
    it('a principal by its name when no id is like it', async () => {
      server.answer(`GET ${t}/principals/etl%20job`, unknown)
      server.answer(`GET ${t}/principals?name=etl+job`, { body: { items: [{ id, name: 'etl job' }] } })
      server.answer(`PATCH ${t}/principals/${id}`, { body: { id, name: 'etl job', enabled: false } })
      const { code } = await type(['principal', 'disable', 'etl job'], { files: quickstartAt(server.url) })
      expect(code).toBe(0)
      expect(server.requests.at(-1)?.url).toBe(`${t}/principals/${id}`)
    })

    it('the one with the id rather than one that is named like it', async () => {
      server.answer(`GET ${t}/principals/${id}`, { body: { id, name: 'right' } })
      server.answer(`GET ${t}/principals?name=${id}`, { body: { items: [{ id: 'wrong', name: id }] } })
      expect(JSON.parse((await here(`principal get ${id} --json`)).stdout)).toEqual({ id, name: 'right' })
    })

    it('none when several have the name, and says so', async () => {
      server.answer(`GET ${t}/principals/twin`, unknown)
      const twins = {
        items: [
          { id: 'a', name: 'twin' },
          { id: 'b', name: 'twin' },
        ],
      }
      server.answer(`GET ${t}/principals?name=twin`, { body: twins })
      expect(await here('principal delete twin')).toEqual({
        code: 2,
        stdout: '',
        stderr: "chancery: several are named 'twin': name one by its id\n",
      })
    })

    it('none when no name fits exactly, and repeats what the server said', async () => {
      server.answer(`GET ${t}/principals/et`, unknown)
      server.answer(`GET ${t}/principals?name=et`, { body: { items: [{ id, name: 'etl' }] } })
      expect((await here('principal get et')).stderr).toBe('chancery: The tenant has no such principal (principal_unknown)\n')
    })

    it.each(['.', '..', ''])('nothing by the name %j, which would be another path', async (name) => {
      const { code } = await type(['principal', 'delete', name], { files: quickstartAt(server.url) })
      expect(code).toBe(2)
      expect(server.requests).toEqual([])
    })

    it('all pages of a list when nobody asked for one', async () => {
      server.answer('GET /admin/v1/tenants', { body: { items: [{ name: 'a' }], next_cursor: 'c1' } })
      server.answer('GET /admin/v1/tenants?cursor=c1', { body: { items: [{ name: 'b' }] } })
      expect(JSON.parse((await here('tenant list --json')).stdout)).toEqual({ items: [{ name: 'a' }, { name: 'b' }] })
    })
  })

  describe('refuses', () => {
    const refusals = [
      [{ status: 409, body: { code: 'name_taken', detail: 'The name is taken.' } }, 'The name is taken (name_taken)'],
      [{ status: 400, body: { error: 'invalid_scope', error_description: 'No such scope.' } }, 'No such scope (invalid_scope)'],
      [{ status: 404, body: { error: { message: 'No realm x', type: 'NotFound', code: 404 } } }, 'No realm x (NotFound)'],
      [
        { status: 503, body: { code: 'unavailable', detail: 'Down.' }, headers: { 'retry-after': '2' } },
        'Down; try again in 2 s (unavailable)',
      ],
      [{ status: 502 }, 'the server answered with status 502 (http_502)'],
      [
        { status: 307, headers: { location: 'http://elsewhere.example/' } },
        'the server redirects to http://elsewhere.example/: name that with --url (redirect)',
      ],
    ] as const

    it.each(refusals)("with the server's own words in one line, exit code 1: %j", async (answer, line) => {
      server.answer('GET /admin/v1/tenants', answer)
      expect(await here('tenant list --json')).toEqual({ code: 1, stdout: '', stderr: `chancery: ${line}\n` })
    })

    it('to wait for a server that is not there, and says how to start one', async () => {
      const gone = await recordingServer()
      await gone.close()
      const { code, stderr } = await type(['tenant', 'list'], { files: quickstartAt(gone.url) })
      expect(code).toBe(1)
      expect(stderr).toBe(
        `chancery: no server answers at ${gone.url}: start one with \`npm start\`, or name another with --url (connection_refused)\n`,
      )
    })

    it.each([
      'tenant',
      'tenant frobnicate',
      'tenant get',
      'tenant get a b',
      'tenant list --frobnicate',
      'workspace create w',
      'principal create p --kind robot',
      'secret list',
      'secret list --principal a --resource b',
      'secret create --resource r --lifetime soon',
      'tenant list --limit many',
      'tenant list --url ftp://x',
      'resource set r --claims []',
      'token get --dialect latin',
      'token get --client-id c2',
    ])('chancery %s with exit code 2 and asks nobody', async (line) => {
      const { code, stdout, stderr } = await here(line)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^(chancery: .*\n$|Usage: )/)
      expect(server.requests).toEqual([])
    })

    it.each(['--help', 'tenant --help', 'secret create --help', 'help token'])('nothing when asked for %s', async (line) => {
      const { code, stdout, stderr } = await here(line)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toContain('Usage: chancery')
    })
  })

  describe('keeps secrets', () => {
    const value = 'an imported+secret/='

    it('by reading them from a file or stdin, without the line end', async () => {
      server.answer(`POST ${t}/resources/r/secrets`, { status: 201, body: { id: 's', secret: value } })
      const files = { ...quickstartAt(server.url), '/tmp/secret': `${value}\n` }
      await type(['secret', 'create', '--resource', 'r', '--value-file', '/tmp/secret'], { files })
      await type(['secret', 'create', '--resource', 'r', '--value-file', '-'], { files, stdin: `${value}\r\n` })
      expect(server.requests.map(({ body }) => body)).toEqual([{ value }, { value }])
    })

    it('and shows a new one once, saying so', async () => {
      server.answer(`POST ${t}/resources/r/secrets`, { status: 201, body: { id: 's', secret: 'chs_a_b_c' } })
      expect((await here('secret create --resource r')).stdout).toBe(
        'id      s\nsecret  chs_a_b_c\nThe secret is shown this once and cannot be read again.\n',
      )
    })

    it('out of its errors, even when the server repeats them', async () => {
      const detail = `bad ${value} from ${adminToken} and ${clientSecret} and chs_abcdefgh_ijkl and eyJhbGciOi.eyJzdWIi.c2ln`
      server.answer(`POST ${t}/resources/r/secrets`, { status: 400, body: { code: 'invalid_member', detail } })
      const { stderr } = await here('secret create --resource r --value-file -', value)
      expect(stderr).toBe('chancery: bad [hidden] from [hidden] and [hidden] and [hidden] and [hidden] (invalid_member)\n')
    })

    it('that were put into an option by mistake out of its errors', async () => {
      expect((await here(`tenant list --admin-token=${'x'.repeat(20)}`)).stderr).toBe("chancery: unknown option '--admin-token=[hidden]'\n")
    })

    it('from servers that did not write them down', async () => {
      const { code, stderr } = await here('tenant list --url https://chancery.example')
      expect(code).toBe(1)
      expect(stderr).toBe(
        `chancery: ${quickstartPath} belongs to another server than https://chancery.example: give an admin token in CHANCERY_ADMIN_TOKEN (foreign_quickstart)\n`,
      )
    })

    it('from the terminal when a name from elsewhere holds control characters', async () => {
      server.answer('GET /admin/v1/tenants', { status: 400, body: { code: 'x', detail: 'a\u001b]0;evil\u0007\nchancery: fine' } })
      expect((await here('tenant list')).stderr).toBe('chancery: a\uFFFD]0;evil\uFFFD\uFFFDchancery: fine (x)\n')
    })
  })

  it('follows the log fact by fact, and waits only when there is none', async () => {
    server.answer('GET /t/acme/facts', { body: { items: [{ jti: 'a' }, { jti: 'b' }], next_cursor: '2' } })
    server.answer('GET /t/acme/facts?cursor=2', { body: { items: [{ jti: 'c' }], next_cursor: '3' } })
    server.answer('GET /t/acme/facts?cursor=3', { body: { items: [], next_cursor: '3' } })
    const waits: number[] = []
    const wait = async (milliseconds: number): Promise<void> => {
      waits.push(milliseconds)
      if (waits.length === 2) throw new Error('interrupted')
    }
    const { stdout } = await type(['facts', '--follow', '--json'], { files: quickstartAt(server.url), wait })
    expect(stdout).toBe('{"jti":"a"}\n{"jti":"b"}\n{"jti":"c"}\n')
    expect(waits).toEqual([1000, 1000])
  })
})
