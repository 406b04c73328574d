import { Type } from 'typebox'
import { type EventOf, plain, text, texts } from '../schema.ts'

export const tenantEvents = {
  'tenant.created.v1': plain(Type.Object({ tenantId: text, name: text, displayName: Type.Optional(text), hosts: texts, accountId: text })),
  'tenant.display-name-changed.v1': plain(Type.Object({ displayName: text })),
  'tenant.hosts-changed.v1': plain(Type.Object({ hosts: texts })),
  'tenant.default-audience-changed.v1': plain(Type.Object({ defaultAudience: Type.Union([text, Type.Null()]) })),
  /** What signs tokens for audiences that name no algorithm of their own; null for the server's default. */
  'tenant.default-alg-changed.v1': plain(Type.Object({ defaultAlg: Type.Union([text, Type.Null()]) })),
  'tenant.suspended.v1': plain(Type.Object({})),
  'tenant.resumed.v1': plain(Type.Object({})),
  'tenant.deleted.v1': plain(Type.Object({})),
}

export type TenantEvent = EventOf<typeof tenantEvents>
