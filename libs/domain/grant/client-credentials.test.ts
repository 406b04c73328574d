import { describe, expect, it } from 'vitest'
import { initialIssuancePolicy } from '../policy/issuance-policy.ts'
import { type ClientCredentialsRequest, decideClientCredentials } from './client-credentials.ts'
import type { PrincipalRights, TenantRights } from './rights.ts'

const tenant: TenantRights = {
  tenantId: 't1',
  name: 'acme',
  status: 'active',
  accountId: 'account',
  defaultAudience: 'lake',
  defaultAlg: undefined,
  workspaces: [],
  resources: [],
  policyVersion: 1,
}
const principal: PrincipalRights = {
  principalId: 'p1',
  kind: 'service',
  name: 'loader',
  clientId: 'c1',
  isEnabled: true,
  roles: ['reader', 'writer'],
  workspaceIds: [],
  policyId: 'i1',
  policy: initialIssuancePolicy,
  secrets: [],
  principalVersion: 1,
}
const request = (scope?: string, asked: readonly string[] = []): ClientCredentialsRequest => ({
  scope: { scope, defaultScope: 'catalog', grammar: 'any' },
  audience: { asked, door: { kind: 'tenant' }, issuer: 'https://chancery.example/t/acme' },
})
const refused = (reason: string) => ({ accepted: false, reason })

describe('client_credentials', () => {
  it('grants what was asked for, with the roles it names and the lifetime of the policy', () => {
    expect(decideClientCredentials(request('PRINCIPAL_ROLE:writer'), tenant, principal)).toEqual({
      accepted: true,
      value: {
        audience: ['lake'],
        workspaceId: undefined,
        resource: undefined,
        scope: ['PRINCIPAL_ROLE:writer'],
        roles: ['writer'],
        ttlSeconds: 3600,
      },
    })
  })

  it('is refused in a tenant that is not active, before anything else is said', () => {
    for (const status of ['suspended', 'deleted'] as const) {
      const disabled = { ...principal, isEnabled: false }
      expect(decideClientCredentials(request('"'), { ...tenant, status }, disabled)).toEqual(refused('tenant_not_active'))
    }
  })

  it('is refused to a disabled principal, before its request is read', () => {
    expect(decideClientCredentials(request('"'), tenant, { ...principal, isEnabled: false })).toEqual(refused('principal_disabled'))
  })

  it('is refused where the policy does not list the grant', () => {
    const policy = { ...initialIssuancePolicy, grants: ['refresh_token'] }
    expect(decideClientCredentials(request(), tenant, { ...principal, policy })).toEqual(refused('grant_not_allowed'))
  })

  it('is refused with the reason of its scope or its audience', () => {
    expect(decideClientCredentials(request('admin'), tenant, principal)).toEqual(refused('scope_not_allowed'))
    expect(decideClientCredentials(request('"'), tenant, principal)).toEqual(refused('scope_malformed'))
    expect(decideClientCredentials(request('sql', ['pond']), tenant, principal)).toEqual(refused('audience_not_allowed'))
  })
})
