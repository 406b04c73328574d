import { type Static, Type } from 'typebox'
import { audience, exactly, hosts, name, pageOf } from './text.ts'

export const workspaceCreation = exactly({ name, audience, hosts: Type.Optional(hosts) })

export const workspaceChange = exactly({ audience: Type.Optional(audience), hosts: Type.Optional(hosts) })

export const workspaceView = exactly({ id: Type.String(), name: Type.String(), audience: Type.String(), hosts: Type.Array(Type.String()) })

export const workspacePage = pageOf(workspaceView)

export type WorkspaceCreation = Static<typeof workspaceCreation>
export type WorkspaceChange = Static<typeof workspaceChange>
export type WorkspaceView = Static<typeof workspaceView>
