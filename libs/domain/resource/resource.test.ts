import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spec, walk } from '../spec.ts'
import type { ResourceCommand } from './commands.ts'
import { reservedClaims, resources } from './decide.ts'
import type { ResourceEvent } from './events.ts'
import type { ResourceSettings } from './evolve.ts'

const settings: ResourceSettings = {
  audience: 'lake',
  alg: 'RS256',
  typ: 'JWT',
  claims: { 'polaris/roles': { from: 'roles', prefix: 'PRINCIPAL_ROLE:' }, tier: { value: 1 } },
  acceptsAccountTokens: false,
}
const register = (changes: Partial<ResourceSettings> = {}): ResourceCommand => ({
  kind: 'register',
  resourceId: 'r1',
  settings: { ...settings, ...changes },
})
const change = (changes: Partial<ResourceSettings> = {}): ResourceCommand => ({ kind: 'change', settings: { ...settings, ...changes } })
const registered: ResourceEvent = {
  type: 'resource.registered.v1',
  data: { resourceId: 'r1', ...settings, claims: { ...settings.claims } },
}
const removed: ResourceEvent = { type: 'resource.removed.v1', data: {} }

describe('a resource', () => {
  it('is registered once, and never again under an id that was removed', () => {
    spec(resources).given([]).when(register()).thenAccepted([registered])
    spec(resources).given([registered]).when(register()).thenRejected('resource_exists')
    spec(resources).given([registered, removed]).when(register()).thenRejected('resource_exists')
  })

  it('is unknown before its registration and after its removal', () => {
    for (const command of [change(), { kind: 'remove' } as const]) {
      spec(resources).given([]).when(command).thenRejected('resource_unknown')
      spec(resources).given([registered, removed]).when(command).thenRejected('resource_unknown')
    }
  })

  it('is changed as a whole, and removed', () => {
    const next = { audience: 'pond', claims: {}, acceptsAccountTokens: true }
    spec(resources)
      .given([registered])
      .when({ kind: 'change', settings: next })
      .thenAccepted([{ type: 'resource.changed.v1', data: next }])
    spec(resources).given([registered]).when({ kind: 'remove' }).thenAccepted([removed])
  })

  it('never maps a claim that our own checks rest on, at its registration or later', () => {
    const ours = ['client_id', 'scope', 'act', 'may_act', 'cnf', 'tid', 'wid', 'lin', 'sst', 'use', 'on']
    for (const name of ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', ...ours]) {
      const claims = { [name]: { value: 'mine' } }
      spec(resources).given([]).when(register({ claims })).thenRejected('claim_reserved')
      spec(resources).given([registered]).when(change({ claims })).thenRejected('claim_reserved')
    }
  })

  it('takes no claim whose name would reach a prototype', () => {
    const claims = JSON.parse('{"__proto__": {"value": ["administrator"]}}')
    spec(resources).given([]).when(register({ claims })).thenRejected('claim_reserved')
  })

  it('wants one of the two types of token', () => {
    for (const typ of ['jwt', 'at+JWT', 'logout+jwt', '']) spec(resources).given([]).when(register({ typ })).thenRejected('typ_unknown')
    spec(resources)
      .given([])
      .when(register({ typ: 'at+jwt' }))
      .thenAccepted([{ ...registered, data: { ...registered.data, typ: 'at+jwt' } }])
  })
})

describe('any life of a resource', () => {
  const name = fc.oneof(fc.constantFrom(...reservedClaims), fc.string({ minLength: 1, maxLength: 3 }))
  const claims = fc.dictionary(name, fc.record({ value: fc.string() }), { maxKeys: 3 })
  const command = fc.oneof(
    claims.map((asked) => register({ claims: asked })),
    claims.map((asked) => change({ claims: asked })),
    fc.constant<ResourceCommand>({ kind: 'remove' }),
  )

  it('ends with its removal and holds no reserved claim at any time', () => {
    fc.assert(
      fc.property(fc.array(command), (commands) => {
        const steps = walk(resources, commands)
        for (const { before, after } of steps.filter((step) => step.before.status === 'removed')) expect(after).toBe(before)
        for (const { after } of steps) {
          const names = after.status === 'registered' ? Object.keys(after.settings.claims) : []
          expect(names.filter((held) => reservedClaims.has(held))).toEqual([])
        }
      }),
    )
  })
})
