import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spec, walk } from '../spec.ts'
import type { ChangeWorkspace, WorkspaceCommand } from './commands.ts'
import { workspaces } from './decide.ts'
import type { WorkspaceEvent } from './events.ts'

const details = { workspaceId: 'w1', name: 'sales', audience: 'lake', hosts: ['sales.example'] }
const create: WorkspaceCommand = { kind: 'create', ...details }
const created: WorkspaceEvent = { type: 'workspace.created.v1', data: details }
const deleted: WorkspaceEvent = { type: 'workspace.deleted.v1', data: {} }

describe('a workspace', () => {
  it('is created once, and never again under an id that was deleted', () => {
    spec(workspaces).given([]).when(create).thenAccepted([created])
    spec(workspaces).given([created]).when(create).thenRejected('workspace_exists')
    spec(workspaces).given([created, deleted]).when(create).thenRejected('workspace_exists')
  })

  it('is unknown before its creation and after its deletion', () => {
    for (const kind of ['change', 'delete'] as const) {
      spec(workspaces).given([]).when({ kind }).thenRejected('workspace_unknown')
      spec(workspaces).given([created, deleted]).when({ kind }).thenRejected('workspace_unknown')
    }
  })

  it('changes what is named and differs, in a fixed order', () => {
    spec(workspaces)
      .given([created])
      .when({ kind: 'change', hosts: [], audience: 'pond' })
      .thenAccepted([
        { type: 'workspace.audience-changed.v1', data: { audience: 'pond' } },
        { type: 'workspace.hosts-changed.v1', data: { hosts: [] } },
      ])
    spec(workspaces)
      .given([created])
      .when({ kind: 'change', hosts: ['sales.example'], audience: 'lake' })
      .thenAccepted([])
  })

  it('is deleted', () => {
    spec(workspaces).given([created]).when({ kind: 'delete' }).thenAccepted([deleted])
  })
})

const command: fc.Arbitrary<WorkspaceCommand> = fc.oneof(
  fc.constant(create),
  fc.record<ChangeWorkspace, 'kind'>(
    { kind: fc.constant('change' as const), audience: fc.constantFrom('x', 'y'), hosts: fc.subarray(['a', 'b']) },
    { requiredKeys: ['kind'] },
  ),
  fc.constant<WorkspaceCommand>({ kind: 'delete' }),
)

describe('any life of a workspace', () => {
  it('ends with its deletion, and a repeated command changes nothing', () => {
    fc.assert(
      fc.property(fc.array(command), command, (commands, last) => {
        const steps = walk(workspaces, [...commands, last, last])
        for (const { before, after } of steps.filter((step) => step.before.status === 'deleted')) expect(after).toBe(before)
        expect(steps.at(-1)?.after).toEqual(steps.at(-2)?.after)
      }),
    )
  })

  it('holds what was last asked for', () => {
    fc.assert(
      fc.property(fc.array(command), (commands) => {
        for (const { command: asked, decision, after } of walk(workspaces, commands)) {
          const { kind: _, ...wanted } = asked.kind === 'change' && decision.accepted ? asked : { kind: '' }
          expect(after).toMatchObject(wanted)
        }
      }),
    )
  })
})
