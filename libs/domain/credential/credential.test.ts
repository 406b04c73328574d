import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PrincipalEvent } from '../principal/events.ts'
import type { ResourceEvent } from '../resource/events.ts'
import { spec, walk } from '../spec.ts'
import type { CredentialCommand, IssueSecret } from './commands.ts'
import { credentials, isLive, secretLimits } from './decide.ts'
import type { CredentialEvent } from './events.ts'

const at = 1_700_000_000_000
const day = 86_400

const holder = (isEnabled: boolean): PrincipalEvent => ({
  type: 'principal.created.v1',
  data: { principalId: 'p1', personalId: 'n1', kind: 'service', clientId: 'c1', roles: [], isEnabled, workspaceIds: [] },
  personal: { name: 'loader' },
})
const resource: ResourceEvent = {
  type: 'resource.registered.v1',
  data: { resourceId: 'r1', audience: 'lake', claims: {}, acceptsAccountTokens: false },
}

const issueSecret = (secretId: string, changes: Partial<IssueSecret> = {}): IssueSecret => ({
  kind: 'issue',
  at,
  secretId,
  lifetimeSeconds: day,
  isImported: false,
  mac: 'bWFj',
  pepperId: 'k1',
  limits: secretLimits,
  ...changes,
})

const secretIssued = (secretId: string, expiresAt = at + day * 1000): CredentialEvent => ({
  type: 'credential.secret-issued.v1',
  data: { secretId, issuedAt: at, expiresAt, isImported: false },
  sealed: { mac: 'bWFj', pepperId: 'k1' },
})
const secretRevoked = (secretId: string): CredentialEvent => ({ type: 'credential.secret-revoked.v1', data: { secretId } })
const five = ['a', 'b', 'c', 'd', 'e'].map((id) => secretIssued(id))

describe('the secrets of a holder', () => {
  it('keep the MAC sealed, out of what is relayed', () => {
    spec(credentials)
      .given([holder(true)])
      .when(issueSecret('a'))
      .thenAccepted([secretIssued('a')])
    expect(JSON.stringify(secretIssued('a').data)).not.toContain('bWFj')
  })

  it('are a resource’s as well as a principal’s', () => {
    spec(credentials)
      .given([resource])
      .when(issueSecret('a'))
      .thenAccepted([secretIssued('a')])
    spec(credentials)
      .given([resource, { type: 'resource.removed.v1', data: {} }])
      .when(issueSecret('a'))
      .thenRejected('holder_unknown')
  })

  it('are five at most', () => {
    spec(credentials)
      .given([holder(true), ...five])
      .when(issueSecret('f'))
      .thenRejected('secret_limit')
  })

  it('make room by being revoked and by expiring, to the millisecond', () => {
    const issued = (expiresAt: number) => [holder(true), ...five.slice(1), secretIssued('a', expiresAt)]
    spec(credentials)
      .given([holder(true), ...five, secretRevoked('b')])
      .when(issueSecret('f'))
      .thenAccepted([secretIssued('f')])
    spec(credentials)
      .given(issued(at))
      .when(issueSecret('f'))
      .thenAccepted([secretIssued('f')])
    spec(credentials)
      .given(issued(at + 1))
      .when(issueSecret('f'))
      .thenRejected('secret_limit')
  })

  it('live two years at most', () => {
    spec(credentials)
      .given([holder(true)])
      .when(issueSecret('a', { lifetimeSeconds: 730 * day + 1 }))
      .thenRejected('lifetime_too_long')
    spec(credentials)
      .given([holder(true)])
      .when(issueSecret('a', { lifetimeSeconds: 730 * day }))
      .thenAccepted([secretIssued('a', at + 730 * day * 1000)])
  })

  it('are not issued to one who is disabled, deleted or unknown', () => {
    spec(credentials)
      .given([holder(false)])
      .when(issueSecret('a'))
      .thenRejected('principal_disabled')
    spec(credentials)
      .given([holder(false), { type: 'principal.enabled.v1', data: {} }])
      .when(issueSecret('a'))
      .thenAccepted([secretIssued('a')])
    spec(credentials)
      .given([holder(true), { type: 'principal.deleted.v1', data: {} }])
      .when(issueSecret('a'))
      .thenRejected('holder_unknown')
    spec(credentials).given([]).when(issueSecret('a')).thenRejected('holder_unknown')
  })

  it('are revoked once, also when the holder is disabled', () => {
    const given = [holder(false), secretIssued('a')]
    spec(credentials)
      .given(given)
      .when({ kind: 'revoke', secretId: 'a' })
      .thenAccepted([secretRevoked('a')])
    spec(credentials)
      .given([...given, secretRevoked('a')])
      .when({ kind: 'revoke', secretId: 'a' })
      .thenAccepted([])
    spec(credentials).given(given).when({ kind: 'revoke', secretId: 'z' }).thenRejected('secret_unknown')
  })
})

/** Secrets are numbered as they come, so that a revocation often meets one. */
const commands: fc.Arbitrary<CredentialCommand[]> = fc
  .array(fc.oneof(fc.record({ at: fc.integer({ min: at, max: at + 3 * day * 1000 }) }), fc.record({ revoke: fc.nat(9) })), {
    maxLength: 40,
  })
  .map((all) =>
    all.map((asked, index) =>
      'revoke' in asked ? { kind: 'revoke', secretId: `s${asked.revoke}` } : issueSecret(`s${index}`, { at: asked.at }),
    ),
  )

describe('any life of a holder’s secrets', () => {
  const enabled = { ...credentials, initialState: { holder: 'enabled' as const, secrets: [] } }

  it('never shows more than five that live at the moment of an issue', () => {
    fc.assert(
      fc.property(commands, (asked) => {
        for (const { command, decision, after } of walk(enabled, asked)) {
          if (command.kind !== 'issue' || !decision.accepted) continue
          expect(after.secrets.filter((secret) => isLive(secret, command.at)).length).toBeLessThanOrEqual(5)
        }
      }),
    )
  })

  it('never brings a revoked secret back', () => {
    fc.assert(
      fc.property(commands, (asked) => {
        for (const { before, after } of walk(enabled, asked)) {
          for (const { secretId } of before.secrets.filter(({ isRevoked }) => isRevoked)) {
            expect(after.secrets.find((secret) => secret.secretId === secretId)?.isRevoked).toBe(true)
          }
        }
      }),
    )
  })
})
