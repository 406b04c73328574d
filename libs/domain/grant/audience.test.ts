import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admits, initialIssuancePolicy } from '../policy/issuance-policy.ts'
import { type AudienceRequest, type Door, grantAudience } from './audience.ts'
import type { PrincipalRights, ResourceRights, TenantRights, WorkspaceRights } from './rights.ts'

const issuer = 'https://chancery.example/t/acme'

const workspace = (workspaceId: string, audience = `audience-${workspaceId}`): WorkspaceRights => ({
  workspaceId,
  name: workspaceId,
  audience,
  hosts: [`${workspaceId}.example`],
})
const resource = (audience: string, changes: Partial<ResourceRights> = {}): ResourceRights => ({
  resourceId: `r-${audience}`,
  audience,
  claims: {},
  acceptsAccountTokens: false,
  ...changes,
})

const tenantOf = (changes: Partial<TenantRights> = {}): TenantRights => ({
  tenantId: 't1',
  name: 'acme',
  status: 'active',
  accountId: 'account',
  defaultAudience: undefined,
  defaultAlg: undefined,
  workspaces: [workspace('w1'), workspace('w2')],
  resources: [],
  policyVersion: 1,
  ...changes,
})
const principalOf = (changes: Partial<PrincipalRights> = {}, policy: Partial<PrincipalRights['policy']> = {}): PrincipalRights => ({
  principalId: 'p1',
  kind: 'service',
  name: 'loader',
  clientId: 'c1',
  isEnabled: true,
  roles: [],
  workspaceIds: ['w1'],
  policyId: 'i1',
  policy: { ...initialIssuancePolicy, ...policy },
  secrets: [],
  principalVersion: 1,
  ...changes,
})

const tenantDoor: Door = { kind: 'tenant' }
const doorOf = (workspaceId: string): Door => ({ kind: 'workspace', workspaceId })
const request = (asked: readonly string[] = [], door: Door = tenantDoor): AudienceRequest => ({ asked, door, issuer })

const granted = (audience: readonly string[], workspaceId?: string, of?: ResourceRights) => ({
  accepted: true,
  value: { audience, workspaceId, resource: of },
})

describe('the audience where none is asked for', () => {
  it('is the issuer, unless the tenant or before it the policy names one', () => {
    expect(grantAudience(request(), tenantOf(), principalOf())).toEqual(granted([issuer]))
    expect(grantAudience(request(), tenantOf({ defaultAudience: 'lake' }), principalOf())).toEqual(granted(['lake']))
    expect(grantAudience(request(), tenantOf({ defaultAudience: 'lake' }), principalOf({}, { defaultAudience: 'own' }))).toEqual(
      granted(['own']),
    )
  })

  it('is the account’s at an account’s door, whatever the policy says', () => {
    const policy = { defaultAudience: 'own' }
    expect(grantAudience(request([], { kind: 'account' }), tenantOf(), principalOf({}, policy))).toEqual(granted(['account']))
  })

  it('is the workspace’s at a workspace’s door, for those assigned to it', () => {
    expect(grantAudience(request([], doorOf('w1')), tenantOf(), principalOf())).toEqual(granted(['audience-w1'], 'w1'))
    for (const stranger of ['w2', 'w3']) {
      expect(grantAudience(request([], doorOf(stranger)), tenantOf(), principalOf())).toEqual({
        accepted: false,
        reason: 'workspace_not_assigned',
      })
    }
  })

  it('names the workspace at whose door it was asked, where two share an audience', () => {
    const shared = tenantOf({ workspaces: [workspace('w1', 'lake'), workspace('w2', 'lake')] })
    const both = principalOf({ workspaceIds: ['w1', 'w2'] })
    expect(grantAudience(request([], doorOf('w2')), shared, both)).toEqual(granted(['lake'], 'w2'))
    expect(grantAudience(request(['lake'], doorOf('w2')), shared, both)).toEqual(granted(['lake'], 'w2'))
  })
})

describe('an audience that is asked for', () => {
  const refused = { accepted: false, reason: 'audience_not_allowed' }

  it('is granted if the policy lists it, it is the default, or a workspace of the principal has it', () => {
    expect(grantAudience(request(['lake-1']), tenantOf(), principalOf({}, { audiences: ['lake-*'] }))).toEqual(granted(['lake-1']))
    expect(grantAudience(request([issuer]), tenantOf(), principalOf())).toEqual(granted([issuer]))
    expect(grantAudience(request(['audience-w1']), tenantOf(), principalOf())).toEqual(granted(['audience-w1'], 'w1'))
  })

  it('is refused otherwise, also beside one that is allowed', () => {
    expect(grantAudience(request(['audience-w2']), tenantOf(), principalOf())).toEqual(refused)
    expect(grantAudience(request(['account']), tenantOf(), principalOf())).toEqual(refused)
    expect(grantAudience(request([issuer, 'lake']), tenantOf(), principalOf())).toEqual(refused)
  })

  it('brings the resource that is registered under it', () => {
    const lake = resource('lake', { alg: 'RS256' })
    const tenant = tenantOf({ resources: [lake] })
    expect(grantAudience(request(['lake']), tenant, principalOf({}, { audiences: ['lake'] }))).toEqual(granted(['lake'], undefined, lake))
  })

  it('shares a token with others of the same form only', () => {
    const everything = principalOf({}, { audiences: ['*'] })
    const pair = (changes: Partial<ResourceRights>) => tenantOf({ resources: [resource('lake'), resource('pond', changes)] })
    expect(grantAudience(request(['lake', 'pond']), pair({}), everything)).toMatchObject({ value: { audience: ['lake', 'pond'] } })
    expect(grantAudience(request(['lake', 'sea']), pair({}), everything)).toMatchObject({ accepted: true })
    for (const changes of [{ alg: 'RS256' }, { typ: 'JWT' }, { claims: { tier: { value: 1 } } }]) {
      const differ = { accepted: false, reason: 'audiences_differ' }
      expect(grantAudience(request(['lake', 'pond']), pair(changes), everything)).toEqual(differ)
      expect(grantAudience(request(['sea', 'pond']), pair(changes), everything)).toEqual(differ)
    }
  })

  it('names no workspace when there are several', () => {
    const both = principalOf({ workspaceIds: ['w1', 'w2'] })
    expect(grantAudience(request(['audience-w1', 'audience-w2']), tenantOf(), both)).toEqual(granted(['audience-w1', 'audience-w2']))
  })
})

describe('the algebra of audiences', () => {
  const name = fc.constantFrom('audience-w1', 'audience-w2', 'account', issuer, 'lake', 'pond', '')
  const door = fc.constantFrom<Door>(tenantDoor, { kind: 'account' }, doorOf('w1'), doorOf('w2'))
  const principal = fc
    .record({
      workspaceIds: fc.subarray(['w1', 'w2']),
      audiences: fc.subarray(['lake', 'audience-*', 'pond']),
      defaultAudience: fc.option(name, { nil: undefined }),
    })
    .map(({ workspaceIds, audiences, defaultAudience }) =>
      principalOf({ workspaceIds }, { audiences, ...(defaultAudience === undefined ? {} : { defaultAudience }) }),
    )

  it('never grants an audience nobody gave the principal', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name), door, principal, (asked, at, rights) => {
        const [outcome, fallback] = [asked, []].map((wanted) => grantAudience(request(wanted, at), tenantOf(), rights))
        const own = fallback?.accepted ? [...fallback.value.audience, rights.policy.defaultAudience] : []
        const workspaces = rights.workspaceIds.map((id) => `audience-${id}`)
        for (const one of outcome?.accepted ? outcome.value.audience : []) {
          expect([...own, ...workspaces].includes(one) || admits(rights.policy.audiences, one)).toBe(true)
        }
      }),
    )
  })

  it('grants all that is asked for or nothing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1 }), door, principal, (asked, at, rights) => {
        const outcome = grantAudience(request(asked, at), tenantOf(), rights)
        expect(outcome.accepted ? outcome.value.audience : asked).toEqual(asked)
      }),
    )
  })

  it('names a workspace only to those assigned to it, and opens its door to nobody else', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name), door, principal, (asked, at, rights) => {
        const outcome = grantAudience(request(asked, at), tenantOf(), rights)
        const entered = outcome.accepted && at.kind === 'workspace' ? [at.workspaceId] : []
        const named = outcome.accepted && outcome.value.workspaceId !== undefined ? [outcome.value.workspaceId] : []
        for (const workspaceId of [...entered, ...named]) expect(rights.workspaceIds).toContain(workspaceId)
      }),
    )
  })
})
