import { Type } from 'typebox'
import { type EventOf, plain, text, texts, withPersonal } from '../schema.ts'

/** The name of a principal may name a person: it stands in the erasable row `personalId`, never in the event. */
export const principalEvents = {
  'principal.created.v1': withPersonal(
    Type.Object({
      principalId: text,
      personalId: text,
      kind: Type.Union([Type.Literal('service'), Type.Literal('user'), Type.Literal('group')]),
      clientId: Type.Optional(text),
      roles: texts,
      isEnabled: Type.Boolean(),
      workspaceIds: texts,
    }),
  ),
  'principal.renamed.v1': withPersonal(Type.Object({ personalId: text })),
  'principal.roles-changed.v1': plain(Type.Object({ roles: texts })),
  'principal.workspaces-changed.v1': plain(Type.Object({ workspaceIds: texts })),
  'principal.enabled.v1': plain(Type.Object({})),
  'principal.disabled.v1': plain(Type.Object({})),
  'principal.deleted.v1': plain(Type.Object({})),
}

export type PrincipalEvent = EventOf<typeof principalEvents>
