import { Type } from 'typebox'
import { type EventOf, plain, text, texts } from '../schema.ts'

export const workspaceEvents = {
  'workspace.created.v1': plain(Type.Object({ workspaceId: text, name: text, audience: text, hosts: texts })),
  'workspace.audience-changed.v1': plain(Type.Object({ audience: text })),
  'workspace.hosts-changed.v1': plain(Type.Object({ hosts: texts })),
  'workspace.deleted.v1': plain(Type.Object({})),
}

export type WorkspaceEvent = EventOf<typeof workspaceEvents>
