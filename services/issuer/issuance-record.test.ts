import { type IssuanceFact, issuanceFactSchema } from '@chancery/domain'
import { TokenSigner } from '@chancery/tokens'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { type Asked, issuanceFact } from './issuance-record.ts'
import { type Issuance, mintToken } from './mint-token.ts'
import { signingKeys } from './signing-keys.ts'
import { at, countingRandom, handClock, loadedTenant, masterKeys, ownSecret, principalRights, secretRights, signingKeyRow } from './spec.ts'

const tenant = loadedTenant({ signingKeys: [await signingKeyRow], tenantVersion: 7 })
const keys = signingKeys({ masterKeys, clock: handClock(), confirmedAt: () => 5000, confirmationMs: 1 })

const issuanceOf = async (grant: Partial<Issuance['grant']> = {}): Promise<Issuance> => ({
  tenant,
  principal: principalRights({ principalVersion: 9 }),
  clientId: 'c-loader',
  secret: secretRights(ownSecret),
  grant: { audience: ['lake'], workspaceId: undefined, resource: undefined, scope: ['sql'], roles: ['reader'], ttlSeconds: 60, ...grant },
  issuer: 'https://auth.example/t/acme',
  issuedAt: at / 1000,
  key: await keys.signing(tenant, 'ES256'),
})

const asked = (changes: Partial<Asked> = {}): Asked => ({
  grantType: 'client_credentials',
  dialect: 'iceberg',
  scope: 'sql',
  audience: ['lake'],
  ip: '203.0.113.7',
  userAgent: 'PyIceberg/0.12.0',
  traceId: 'a'.repeat(32),
  ...changes,
})

const factOf = async (grant: Partial<Issuance['grant']> = {}, changes: Partial<Asked> = {}): Promise<IssuanceFact> => {
  const issuance = await issuanceOf(grant)
  const random = countingRandom()
  return issuanceFact(issuance, mintToken(issuance, new TokenSigner(), random), { asked: asked(changes), random, at: at + 5 })
}

describe('the fact of an issuance', () => {
  it('fits the schema that is fixed for ever, and holds nothing beside it', async () => {
    const bare = { scope: undefined, audience: [], ip: undefined, userAgent: undefined, traceId: undefined }
    for (const fact of [await factOf(), await factOf({ scope: [] }, bare)]) {
      expect([...Value.Errors(issuanceFactSchema, fact)]).toEqual([])
      expect(Object.keys(fact)).toEqual(Object.keys(issuanceFactSchema.properties))
      expect(JSON.parse(JSON.stringify(fact))).toEqual(fact)
    }
  })

  it('says who, for whom, on what grounds, asked and granted', async () => {
    expect(await factOf({ audience: ['lake', 'pond'] })).toEqual({
      event_id: '00000000-0000-4000-9000-000000000003',
      time: '2023-11-14T22:13:20.005Z',
      tenant: 'acme',
      jti: '00000000-0000-4000-9000-000000000001',
      lineage: '00000000-0000-4000-9000-000000000002',
      grant: 'client_credentials',
      dialect: 'iceberg',
      client_id: 'c-loader',
      sub: 'c-loader',
      actors: [],
      credential_id: secretRights(ownSecret).secretId,
      policy_ids: ['i-loader'],
      requested: { scope: 'sql', audience: ['lake'], ttl: null },
      granted: { scope: 'sql', audience: ['lake', 'pond'], ttl: 60 },
      roles: ['reader'],
      groups: [],
      versions: { tenant: 9, policy: 2, principal: 9 },
      ip: '203.0.113.7',
      user_agent: 'PyIceberg/0.12.0',
      trace_id: 'a'.repeat(32),
    })
  })

  it('says null where nothing was asked or granted, and has a trace id of its own where none was sent', async () => {
    const fact = await factOf({ scope: [] }, { scope: undefined, audience: [], ip: undefined, userAgent: undefined, traceId: undefined })
    expect(fact).toMatchObject({ requested: { scope: null, audience: [] }, granted: { scope: null }, ip: null, user_agent: null })
    expect(fact.trace_id).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('a minted token', () => {
  const claimsOf = async (grant: Partial<Issuance['grant']>): Promise<Record<string, unknown>> => {
    const { accessToken } = mintToken(await issuanceOf(grant), new TokenSigner(), countingRandom())
    return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString())
  }

  it('has one audience as a text and several as a list', async () => {
    expect((await claimsOf({ audience: ['lake'] })).aud).toBe('lake')
    expect((await claimsOf({ audience: ['lake', 'pond'] })).aud).toEqual(['lake', 'pond'])
  })

  it('rests on all that can void it', async () => {
    const kinds = [(await claimsOf({})).on].flat().map((entry) => String(entry).split(':', 1)[0])
    expect(kinds).toEqual(['tenant', 'principal', 'credential', 'policy', 'lineage', 'key', 'token'])
  })

  it('says what we say, whatever a mapping that slipped in says; only the form of the roles is the resource’s', async () => {
    const claims = Object.fromEntries(
      ['iss', 'sub', 'aud', 'exp', 'jti', 'tid', 'use', 'on', 'roles'].map((name) => [name, { value: 'x' }]),
    )
    const resource = { resourceId: 'r1', audience: 'lake', claims, acceptsAccountTokens: false }
    const { roles, ...mapped } = await claimsOf({ resource })
    const { roles: _, ...plain } = await claimsOf({})
    expect(mapped).toEqual(plain)
    expect(roles).toBe('x')
  })
})
