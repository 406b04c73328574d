import { type Static, Type } from 'typebox'
import { tenantName } from './path.ts'
import { audience, exactly, hosts, name, nullable, pageOf, text } from './text.ts'

const accountId = Type.String({ pattern: '^[A-Za-z0-9._-]{1,128}$' })

export const tenantCreation = exactly({
  name: tenantName,
  display_name: Type.Optional(text(256)),
  hosts: Type.Optional(hosts),
  account_id: Type.Optional(accountId),
})

/** Members left out stay as they are. */
export const tenantChange = exactly({
  display_name: Type.Optional(text(256)),
  hosts: Type.Optional(hosts),
  default_audience: Type.Optional(nullable(audience)),
  /** Signs where the audience names no algorithm of its own; null for the server's default. */
  default_alg: Type.Optional(nullable(text(16))),
  status: Type.Optional(Type.Enum(['active', 'suspended'])),
})

export const tenantView = exactly({
  id: Type.String(),
  name,
  display_name: Type.Optional(Type.String()),
  issuer: Type.String(),
  account_id: Type.String(),
  hosts: Type.Array(Type.String()),
  status: Type.Enum(['active', 'suspended', 'deleted']),
  default_audience: Type.Optional(Type.String()),
  default_alg: Type.Optional(Type.String()),
})

export const tenantPage = pageOf(tenantView)

export type TenantCreation = Static<typeof tenantCreation>
export type TenantChange = Static<typeof tenantChange>
export type TenantView = Static<typeof tenantView>
