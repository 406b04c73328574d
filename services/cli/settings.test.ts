import { describe, expect, it } from 'vitest'
import { quickstartAt, type Terminal, type } from './terminal.ts'

interface Asked {
  readonly origin: string
  readonly path: string
  readonly token: string | null
}

const tenantsOf = async (terminal: Terminal, ...argv: readonly string[]): Promise<Asked | string> => {
  const asked: Asked[] = []
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const { origin, pathname } = new URL(request.url)
    asked.push({ origin, path: pathname, token: request.headers.get('authorization') })
    return Response.json({ items: [] })
  }
  const { stderr } = await type(['workspace', 'list', ...argv], { ...terminal, fetch })
  return asked[0] ?? stderr
}

const written = (baseUrl: string, token: string, tenant = 'acme'): string =>
  JSON.stringify({ base_url: baseUrl, tenant, admin_token: token })
const workspaces = (tenant: string): string => `/admin/v1/tenants/${tenant}/workspaces`
const local = 'http://127.0.0.1:8080'

describe('settings', () => {
  const files = {
    '/home/ada/.chancery/quickstart.json': written(local, 'upwards'),
    '/opt/chancery/.chancery/quickstart.json': written(local, 'repository'),
    '/data/quickstart.json': written('https://far.example/chancery/', 'named', 'globex'),
  }

  it('come from the nearest .chancery upwards', async () =>
    expect(await tenantsOf({ files })).toEqual({ origin: local, path: workspaces('acme'), token: 'Bearer upwards' }))

  it('come from the repository when nothing is nearer', async () =>
    expect(await tenantsOf({ files, cwd: '/srv' })).toMatchObject({ token: 'Bearer repository' }))

  it('come from --data-dir before CHANCERY_DATA_DIR before the search', async () => {
    const expected = { origin: 'https://far.example', path: `/chancery${workspaces('globex')}`, token: 'Bearer named' }
    expect(await tenantsOf({ files }, '--data-dir', '/data')).toEqual(expected)
    expect(await tenantsOf({ files, env: { CHANCERY_DATA_DIR: '/data' } })).toEqual(expected)
    expect(await tenantsOf({ files, env: { CHANCERY_DATA_DIR: '/nowhere' } }, '--data-dir', '/data')).toEqual(expected)
  })

  it('in a named folder are not replaced by others', async () =>
    expect(await tenantsOf({ files }, '--data-dir', '/nowhere')).toContain('(no_server)'))

  it('take --url before CHANCERY_URL before the file', async () => {
    const env = { CHANCERY_URL: 'http://localhost:1111' }
    expect(await tenantsOf({ files, env })).toMatchObject({ origin: 'http://localhost:1111', token: 'Bearer upwards' })
    expect(await tenantsOf({ files, env }, '--url', 'http://[::1]:2222/')).toMatchObject({ origin: 'http://[::1]:2222' })
  })

  it('take the admin token and the tenant from elsewhere before the file', async () => {
    const env = { CHANCERY_ADMIN_TOKEN: 'environment' }
    const asked = await tenantsOf({ files, env }, '--url', 'https://chancery.example', '--tenant', 'initech')
    expect(asked).toEqual({ origin: 'https://chancery.example', path: workspaces('initech'), token: 'Bearer environment' })
  })

  it('of another server keep their admin token', async () => {
    expect(await tenantsOf({ files }, '--url', 'https://127.0.0.1.example')).toContain('(foreign_quickstart)')
    expect(await tenantsOf({ files }, '--url', 'https://far.example', '--data-dir', '/data')).toMatchObject({ token: 'Bearer named' })
    expect(await tenantsOf({ files }, '--url', 'https://far.example:444', '--data-dir', '/data')).toContain('(foreign_quickstart)')
  })

  it('need no file', async () => {
    const env = { CHANCERY_ADMIN_TOKEN: 'environment', CHANCERY_URL: 'https://chancery.example' }
    expect(await tenantsOf({ env }, '--tenant', 'acme')).toMatchObject({ token: 'Bearer environment' })
    expect(await tenantsOf({ env })).toBe('chancery: no tenant is named: give --tenant\n')
    expect(await tenantsOf({})).toContain('(no_server)')
    expect(await tenantsOf({}, '--url', local, '--tenant', 'acme')).toContain('(no_quickstart)')
  })

  it('say which file is broken or not to be read', async () => {
    const broken = { '/data/quickstart.json': '{' }
    expect(await tenantsOf({ files: broken }, '--data-dir', '/data')).toContain('/data/quickstart.json is not a JSON object')
    const denied = Object.defineProperty({}, '/data/quickstart.json', {
      get: () => {
        throw Object.assign(new Error('denied'), { code: 'EACCES' })
      },
    })
    expect(await tenantsOf({ files: denied }, '--data-dir', '/data')).toContain('(unreadable_quickstart)')
  })

  it('take no user and password in a URL, and do not repeat them', async () => {
    const said = await tenantsOf({ files }, '--url', 'http://ada:hunter22@127.0.0.1:8080')
    expect(said).toBe('chancery: a URL carries no user and no password\n')
  })

  it('never print what they hold', async () => {
    const { stdout, stderr } = await type(['workspace', 'list'], { files: quickstartAt('http://127.0.0.1:9') })
    expect(stdout + stderr).not.toMatch(/of-the-test/)
  })
})
