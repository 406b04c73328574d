import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type IssuerInMemory, issuerInMemory } from './in-memory.spec.ts'
import { directoryEntry } from './spec.ts'

let memory: IssuerInMemory
beforeEach(async () => {
  memory = await issuerInMemory()
})
afterEach(() => memory.close())

const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  memory.server.inject({ method: 'GET', url, headers: { host: 'auth.example', ...headers } })

const names = ['openid-configuration', 'oauth-authorization-server']
const issuer = 'https://auth.example/t/acme'

describe('the metadata of a tenant', () => {
  it('says what is true of this server and nothing else', async () => {
    expect((await get('/t/acme/.well-known/oauth-authorization-server')).json()).toEqual({
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      token_endpoint: `${issuer}/oauth2/token`,
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
      subject_types_supported: ['public'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    })
  })

  it.each([
    ['', '/oauth2/token'],
    ['/oidc', '/oidc/v1/token'],
    ['/oidc/accounts/account-acme', '/oidc/accounts/account-acme/v1/token'],
  ])('is found behind and before %j, bare and by tenant, and names the token path of that door', async (door, tokenPath) => {
    for (const name of names) {
      const wellKnown = `/.well-known/${name}`
      for (const url of [`${door}${wellKnown}`, `/t/acme${door}${wellKnown}`, `${wellKnown}${door}`, `${wellKnown}/t/acme${door}`]) {
        const answer = await get(url)
        expect(answer.statusCode).toBe(200)
        expect(answer.json()).toMatchObject({ issuer, token_endpoint: `${issuer}${tokenPath}` })
      }
    }
  })

  it('names URLs that are served', async () => {
    for (const door of ['', '/oidc', '/oidc/accounts/account-acme']) {
      const { token_endpoint: token, jwks_uri: jwks } = (await get(`/t/acme${door}/.well-known/oauth-authorization-server`)).json()
      expect((await get(new URL(token).pathname)).statusCode).toBe(405)
      expect((await get(new URL(jwks).pathname)).statusCode).toBe(200)
    }
  })

  it('is written from the public URL and registered hosts, never from what a request says', async () => {
    for (const headers of [{ host: 'evil.example' }, { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' }]) {
      const answer = await get('/t/acme/.well-known/openid-configuration', headers)
      expect(answer.json().issuer).toBe(issuer)
      expect(answer.body).not.toContain('evil')
    }
  })

  it('stays on a tenant’s own host, and on a workspace’s', async () => {
    memory.world.entries = [directoryEntry({ hosts: ['acme.example'] })]
    await memory.issuer.directory.refresh()
    const own = (await get('/.well-known/openid-configuration', { host: 'acme.example' })).json()
    expect(own).toMatchObject({ issuer: 'https://acme.example', token_endpoint: 'https://acme.example/oauth2/token' })
    const sales = (await get('/oidc/.well-known/openid-configuration', { host: 'sales.example' })).json()
    expect(sales).toMatchObject({ issuer: 'https://acme.example', token_endpoint: 'https://sales.example/oidc/v1/token' })
  })

  it('may be read by pages of others and kept for a while', async () => {
    const { headers } = await get('/.well-known/openid-configuration')
    expect(headers['access-control-allow-origin']).toBe('*')
    expect(headers['cache-control']).toMatch(/^public, max-age=[1-9]\d*$/)
  })
})

describe('the Databricks configuration', () => {
  it('leads to the metadata of the same door', async () => {
    const account = (await get('/.well-known/databricks-config')).json()
    expect(account).toEqual({ oidc_endpoint: `${issuer}/oidc`, account_id: 'account-acme', host_type: 'unified' })
    const url = `${new URL(account.oidc_endpoint).pathname}/.well-known/oauth-authorization-server`
    expect((await get(url)).json().token_endpoint).toBe(`${issuer}/oidc/v1/token`)
  })

  it('names the workspace at its host', async () => {
    expect((await get('/.well-known/databricks-config', { host: 'sales.example' })).json()).toEqual({
      oidc_endpoint: 'https://sales.example/oidc',
      account_id: 'account-acme',
      workspace_id: 'w1',
      host_type: 'workspace',
    })
  })
})

describe('the key set', () => {
  it('holds public halves only, and says when it has not changed', async () => {
    const answer = await get('/t/acme/.well-known/jwks.json')
    const { keys } = answer.json()
    expect(keys.map((key: object) => Object.keys(key).toSorted((left, right) => left.localeCompare(right)))).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
    ])
    const etag = String(answer.headers.etag)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await get('/t/acme/.well-known/jwks.json', { 'if-none-match': known })
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag])
    }
    expect((await get('/t/acme/.well-known/jwks.json', { 'if-none-match': '"other"' })).statusCode).toBe(200)
  })
})

describe('documents of nobody', () => {
  it.each([
    ['by path', '/t/nobody/.well-known/jwks.json', {}],
    ['by host', '/.well-known/jwks.json', { host: 'nobody.example' }],
    ['by account', '/oidc/accounts/nobody/.well-known/openid-configuration', {}],
    ['by realm', '/.well-known/jwks.json', { 'polaris-realm': 'nobody' }],
  ])('are not found %s', async (_name, url, headers) => {
    expect((await get(url, headers)).statusCode).toBe(404)
  })

  it('are not found of a tenant that is deleted', async () => {
    memory.world.entries = [directoryEntry({ status: 'deleted' })]
    await memory.issuer.directory.refresh()
    expect((await get('/t/acme/.well-known/jwks.json')).statusCode).toBe(404)
  })

  it('are refused where a request names two', async () => {
    const other = directoryEntry({ tenantId: '00000000-0000-4000-8000-00000000000f', name: 'zeta', accountId: 'z', workspaces: [] })
    memory.world.entries = [directoryEntry(), other]
    await memory.issuer.directory.refresh()
    const answer = await get('/t/acme/.well-known/jwks.json', { 'polaris-realm': 'zeta' })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'tenants_differ'])
  })
})

describe('with the database down', () => {
  it('known tenants are answered from memory, and unknown ones with 503', async () => {
    memory.world.isDatabaseDown = true
    expect((await get('/t/acme/.well-known/jwks.json')).statusCode).toBe(200)
    expect((await get('/t/acme/.well-known/openid-configuration')).statusCode).toBe(200)
    const answer = await get('/t/nobody/.well-known/jwks.json')
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, expect.stringMatching(/^\d+$/)])
    expect(memory.faults).toEqual(['database_unavailable'])
  })
})
