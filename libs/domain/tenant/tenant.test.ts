import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spec, walk } from '../spec.ts'
import type { ChangeTenant, CreateTenant, TenantCommand } from './commands.ts'
import { tenants } from './decide.ts'
import type { TenantEvent } from './events.ts'

const create: CreateTenant = { kind: 'create', tenantId: 't1', name: 'acme', hosts: ['acme.example'], accountId: 'a1' }
const created: TenantEvent = { type: 'tenant.created.v1', data: { tenantId: 't1', name: 'acme', hosts: ['acme.example'], accountId: 'a1' } }
const suspended: TenantEvent = { type: 'tenant.suspended.v1', data: {} }
const deleted: TenantEvent = { type: 'tenant.deleted.v1', data: {} }

describe('a tenant', () => {
  it('is created once', () => {
    spec(tenants).given([]).when(create).thenAccepted([created])
    spec(tenants).given([created]).when(create).thenRejected('tenant_exists')
    spec(tenants).given([created, deleted]).when(create).thenRejected('tenant_exists')
  })

  it('takes a display name at its creation', () => {
    spec(tenants)
      .given([])
      .when({ ...create, displayName: 'Acme' })
      .thenAccepted([{ ...created, data: { ...created.data, displayName: 'Acme' } }])
  })

  it('knows no command before its creation and none after its deletion', () => {
    for (const kind of ['change', 'suspend', 'resume', 'delete'] as const) {
      spec(tenants).given([]).when({ kind }).thenRejected('tenant_unknown')
      spec(tenants).given([created, deleted]).when({ kind }).thenRejected('tenant_unknown')
    }
  })

  it('is suspended and resumed once, however often it is asked', () => {
    spec(tenants).given([created]).when({ kind: 'suspend' }).thenAccepted([suspended])
    spec(tenants).given([created, suspended]).when({ kind: 'suspend' }).thenAccepted([])
    spec(tenants)
      .given([created, suspended])
      .when({ kind: 'resume' })
      .thenAccepted([{ type: 'tenant.resumed.v1', data: {} }])
    spec(tenants).given([created]).when({ kind: 'resume' }).thenAccepted([])
  })

  it('is deleted while it is suspended too', () => {
    spec(tenants).given([created, suspended]).when({ kind: 'delete' }).thenAccepted([deleted])
  })

  it('changes only what is named and differs', () => {
    spec(tenants)
      .given([created])
      .when({ kind: 'change', displayName: 'Acme', hosts: ['acme.example'], defaultAudience: 'lake' })
      .thenAccepted([
        { type: 'tenant.display-name-changed.v1', data: { displayName: 'Acme' } },
        { type: 'tenant.default-audience-changed.v1', data: { defaultAudience: 'lake' } },
      ])
    spec(tenants)
      .given([created])
      .when({ kind: 'change', hosts: [] })
      .thenAccepted([{ type: 'tenant.hosts-changed.v1', data: { hosts: [] } }])
  })

  it('loses its default audience by null, and only if it has one', () => {
    const withAudience: TenantEvent = { type: 'tenant.default-audience-changed.v1', data: { defaultAudience: 'lake' } }
    spec(tenants)
      .given([created, withAudience])
      .when({ kind: 'change', defaultAudience: null })
      .thenAccepted([{ type: 'tenant.default-audience-changed.v1', data: { defaultAudience: null } }])
    spec(tenants).given([created]).when({ kind: 'change', defaultAudience: null }).thenAccepted([])
  })

  it('takes a default algorithm and loses it by null', () => {
    const withAlg: TenantEvent = { type: 'tenant.default-alg-changed.v1', data: { defaultAlg: 'RS256' } }
    spec(tenants).given([created]).when({ kind: 'change', defaultAlg: 'RS256' }).thenAccepted([withAlg])
    spec(tenants).given([created, withAlg]).when({ kind: 'change', defaultAlg: 'RS256' }).thenAccepted([])
    spec(tenants)
      .given([created, withAlg])
      .when({ kind: 'change', defaultAlg: null })
      .thenAccepted([{ type: 'tenant.default-alg-changed.v1', data: { defaultAlg: null } }])
  })
})

const command: fc.Arbitrary<TenantCommand> = fc.oneof(
  fc.constant(create),
  fc.record<ChangeTenant, 'kind'>(
    {
      kind: fc.constant('change' as const),
      displayName: fc.constantFrom('A', 'B'),
      hosts: fc.subarray(['a.example', 'b.example']),
      defaultAudience: fc.constantFrom('x', 'y', null),
    },
    { requiredKeys: ['kind'] },
  ),
  fc.constantFrom<TenantCommand>({ kind: 'suspend' }, { kind: 'resume' }, { kind: 'delete' }),
)

describe('any life of a tenant', () => {
  it('ends with its deletion', () => {
    fc.assert(
      fc.property(fc.array(command), (commands) => {
        const late = walk(tenants, commands).filter(({ before }) => before.status === 'deleted')
        for (const { before, after } of late) expect(after).toBe(before)
      }),
    )
  })

  it('takes every change at once or not at all: repeating a command changes nothing', () => {
    fc.assert(
      fc.property(fc.array(command), command, (commands, last) => {
        const [first, second] = walk(tenants, [...commands, last, last]).slice(-2)
        expect(second?.after).toEqual(first?.after)
        return second?.decision.accepted !== true || second.decision.events.length === 0
      }),
    )
  })

  it('keeps its name and account for ever', () => {
    fc.assert(
      fc.property(fc.array(command), (commands) => {
        const states = walk(tenants, commands).map(({ after }) => (after.status === 'none' ? undefined : [after.name, after.accountId]))
        for (const known of states.filter((state) => state !== undefined)) expect(known).toEqual(['acme', 'a1'])
      }),
    )
  })
})
