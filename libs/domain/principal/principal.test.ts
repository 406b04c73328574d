import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spec, walk } from '../spec.ts'
import type { ChangePrincipal, CreatePrincipal, PrincipalCommand } from './commands.ts'
import { principals } from './decide.ts'
import type { PrincipalEvent } from './events.ts'

const create: CreatePrincipal = {
  kind: 'create',
  principalId: 'p1',
  personalId: 'n1',
  principalKind: 'service',
  name: 'loader',
  clientId: 'c1',
  roles: ['reader'],
  isEnabled: true,
  workspaceIds: ['w1'],
}
const data = {
  principalId: 'p1',
  personalId: 'n1',
  kind: 'service' as const,
  clientId: 'c1',
  roles: ['reader'],
  isEnabled: true,
  workspaceIds: ['w1'],
}
const created: PrincipalEvent = { type: 'principal.created.v1', data, personal: { name: 'loader' } }
const disabled: PrincipalEvent = { type: 'principal.disabled.v1', data: {} }
const deleted: PrincipalEvent = { type: 'principal.deleted.v1', data: {} }

describe('a principal', () => {
  it('is created once, with its name beside the event and never in it', () => {
    spec(principals).given([]).when(create).thenAccepted([created])
    expect(JSON.stringify(created.data)).not.toContain('loader')
    spec(principals).given([created]).when(create).thenRejected('principal_exists')
    spec(principals).given([created, deleted]).when(create).thenRejected('principal_exists')
  })

  it('has no client id unless it is given one', () => {
    const { clientId: _, ...user } = create
    const { clientId: __, ...rest } = data
    spec(principals)
      .given([])
      .when({ ...user, principalKind: 'user' })
      .thenAccepted([{ ...created, data: { ...rest, kind: 'user' } }])
  })

  it('is unknown before its creation and after its deletion', () => {
    for (const kind of ['change', 'delete'] as const) {
      spec(principals).given([]).when({ kind }).thenRejected('principal_unknown')
      spec(principals).given([created, deleted]).when({ kind }).thenRejected('principal_unknown')
    }
  })

  it('takes a new name in a row of its own', () => {
    spec(principals)
      .given([created])
      .when({ kind: 'change', name: 'writer', personalId: 'n2' })
      .thenAccepted([{ type: 'principal.renamed.v1', data: { personalId: 'n2' }, personal: { name: 'writer' } }])
  })

  it('changes only what is named and differs', () => {
    spec(principals)
      .given([created])
      .when({ kind: 'change', roles: [], workspaceIds: ['w1'], isEnabled: false })
      .thenAccepted([{ type: 'principal.roles-changed.v1', data: { roles: [] } }, disabled])
    spec(principals)
      .given([created, disabled])
      .when({ kind: 'change', workspaceIds: [], isEnabled: true })
      .thenAccepted([
        { type: 'principal.workspaces-changed.v1', data: { workspaceIds: [] } },
        { type: 'principal.enabled.v1', data: {} },
      ])
    spec(principals).given([created]).when({ kind: 'change' }).thenAccepted([])
    spec(principals)
      .given([created])
      .when({ kind: 'change', isEnabled: true, roles: ['reader'] })
      .thenAccepted([])
    spec(principals).given([created, disabled]).when({ kind: 'change', isEnabled: false }).thenAccepted([])
  })

  it('is deleted while it is disabled too', () => {
    spec(principals).given([created, disabled]).when({ kind: 'delete' }).thenAccepted([deleted])
  })
})

const command: fc.Arbitrary<PrincipalCommand> = fc.oneof(
  fc.record({ isEnabled: fc.boolean() }).map((asked) => ({ ...create, ...asked })),
  fc.record<ChangePrincipal, 'kind'>(
    {
      kind: fc.constant('change' as const),
      roles: fc.subarray(['a', 'b', 'c']),
      workspaceIds: fc.subarray(['w1', 'w2']),
      isEnabled: fc.boolean(),
    },
    { requiredKeys: ['kind'] },
  ),
  fc.constant<PrincipalCommand>({ kind: 'delete' }),
)

describe('any life of a principal', () => {
  it('ends with its deletion, and a repeated command changes nothing', () => {
    fc.assert(
      fc.property(fc.array(command), command, (commands, last) => {
        const steps = walk(principals, [...commands, last, last])
        expect(steps.at(-1)?.after).toEqual(steps.at(-2)?.after)
        for (const { before, after } of steps.filter((step) => step.before.status === 'deleted')) expect(after).toBe(before)
      }),
    )
  })

  it('holds what was last asked for', () => {
    fc.assert(
      fc.property(fc.array(command), (commands) => {
        for (const { command: asked, decision, after } of walk(principals, commands)) {
          const { kind: _, isEnabled, ...lists } = asked.kind === 'change' && decision.accepted ? asked : { kind: '' }
          const status = isEnabled === undefined ? {} : { status: isEnabled ? 'enabled' : 'disabled' }
          expect(after).toMatchObject({ ...lists, ...status })
        }
      }),
    )
  })
})
