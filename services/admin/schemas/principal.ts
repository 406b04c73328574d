import { type Static, Type } from 'typebox'
import { exactly, listOf, name, nullable, pageOf, paging, text } from './text.ts'

const kind = Type.Enum(['service', 'user', 'group'])
const principalName = text(256)

const settings = {
  roles: Type.Optional(listOf(name)),
  enabled: Type.Optional(Type.Boolean()),
  /** Ids or names. */
  workspaces: Type.Optional(listOf(name)),
}

export const principalCreation = exactly({ kind, name: principalName, ...settings })

export const principalChange = exactly({ name: Type.Optional(principalName), ...settings })

export const principalFilter = exactly({ ...paging, kind: Type.Optional(kind), name: Type.Optional(principalName) })

export const principalRemoval = exactly({ erase: Type.Optional(Type.Boolean()) })

export const principalView = exactly({
  id: Type.String(),
  kind,
  /** Null once the text was erased. */
  name: nullable(Type.String()),
  client_id: Type.Optional(Type.String()),
  roles: Type.Array(Type.String()),
  enabled: Type.Boolean(),
  workspaces: Type.Array(Type.String()),
  version: Type.Integer(),
})

export const principalPage = pageOf(principalView)

export type PrincipalCreation = Static<typeof principalCreation>
export type PrincipalChange = Static<typeof principalChange>
export type PrincipalFilter = Static<typeof principalFilter>
export type PrincipalView = Static<typeof principalView>
