import { type Static, Type } from 'typebox'
import { text, texts } from '../schema.ts'

const extent = Type.Object({
  /** Space-separated, as on the wire; null when there is none. */
  scope: Type.Union([Type.String(), Type.Null()]),
  audience: texts,
  /** Seconds; null where the request cannot ask for a lifetime. */
  ttl: Type.Union([Type.Integer(), Type.Null()]),
})

/**
 * That a token was issued, never the token. These names are fixed for ever. `time` is RFC 3339; `versions` are those of the state the
 * decision rests on; `ip` and `user_agent` are personal and can be erased without touching the rest.
 */
export const issuanceFactSchema = Type.Object({
  event_id: text,
  time: text,
  tenant: text,
  jti: text,
  lineage: text,
  grant: text,
  dialect: text,
  client_id: text,
  sub: text,
  actors: texts,
  credential_id: text,
  policy_ids: texts,
  requested: extent,
  granted: extent,
  roles: texts,
  groups: texts,
  versions: Type.Object({ tenant: Type.Integer(), policy: Type.Integer(), principal: Type.Integer() }),
  ip: Type.Union([Type.String(), Type.Null()]),
  user_agent: Type.Union([Type.String(), Type.Null()]),
  trace_id: text,
})

export type IssuanceFact = Static<typeof issuanceFactSchema>
