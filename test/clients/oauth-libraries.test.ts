import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminApi, createClient, type TestClient } from '../harness/admin-api.ts'
import { type Service, startService } from '../harness/service.ts'
import { verifyAsCatalog } from '../harness/stub-catalog.ts'

describe('clients by the letter of the standards', { timeout: 60_000 }, () => {
  let service: Service
  let client: TestClient

  beforeAll(async () => {
    service = await startService()
    client = await createClient(adminApi(service.quickstart), service.quickstart.tenant)
  }, 120_000)

  afterAll(() => service.stop())

  const insecure = { [oauth.allowInsecureRequests]: true }

  const discover = async (algorithm: 'oidc' | 'oauth2'): Promise<oauth.AuthorizationServer> => {
    const issuer = new URL(service.quickstart.issuer)
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...insecure, algorithm }))
  }

  test.each(['oidc', 'oauth2'] as const)('oauth4webapi discovers in the %s form and is issued a token it validates', async (algorithm) => {
    const server = await discover(algorithm)
    const self: oauth.Client = { client_id: client.client_id }
    const authentication = oauth.ClientSecretBasic(client.secret)
    const response = await oauth.clientCredentialsGrantRequest(server, self, authentication, { scope: 'all-apis' }, insecure)
    const token = await oauth.processClientCredentialsResponse(server, self, response)
    expect(token).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'all-apis' })
    const request = new Request('https://catalog.example/', { headers: { authorization: `Bearer ${token.access_token}` } })
    const claims = await oauth.validateJwtAccessToken(server, request, server.issuer, insecure)
    expect(claims).toMatchObject({ sub: client.client_id, client_id: client.client_id })
  })

  test('oauth4webapi reads an OAuth error when body credentials fail', async () => {
    const server = await discover('oauth2')
    const self: oauth.Client = { client_id: client.client_id }
    const response = await oauth.clientCredentialsGrantRequest(server, self, oauth.ClientSecretPost('wrong'), {}, insecure)
    await expect(oauth.processClientCredentialsResponse(server, self, response)).rejects.toMatchObject({
      error: 'invalid_client',
      status: 401,
    })
  })

  test.each(['oidc', 'oauth2'] as const)(
    'openid-client works from %s discovery with form-encoded Basic and with post',
    async (algorithm) => {
      const issuer = new URL(service.quickstart.issuer)
      for (const authentication of [openid.ClientSecretBasic(client.secret), openid.ClientSecretPost(client.secret)]) {
        const options = { execute: [openid.allowInsecureRequests], algorithm }
        const configuration = await openid.discovery(issuer, client.client_id, {}, authentication, options)
        const token = await openid.clientCredentialsGrant(configuration, { scope: 'catalog' })
        const claims = await verifyAsCatalog(token.access_token, issuer.href, issuer.href)
        expect(claims.sub).toBe(client.client_id)
      }
    },
  )

  test('openid-client finds the alias below /oidc by insertion', async () => {
    const { base_url, issuer } = service.quickstart
    const response = await fetch(`${base_url}/.well-known/oauth-authorization-server/t/default/oidc`)
    expect(await response.json()).toMatchObject({ issuer, token_endpoint: `${issuer}/oidc/v1/token` })
  })
})
