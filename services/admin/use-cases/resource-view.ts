import type { ResourceRights, ResourceSettings } from '@chancery/domain'
import { present } from '../present.ts'
import type { ResourceChangeInput, ResourceView } from '../schemas/resource.ts'

export const resourceView = ({ resourceId, audience, alg, typ, claims, acceptsAccountTokens }: ResourceRights): ResourceView => ({
  id: resourceId,
  audience,
  ...present({ alg, typ }),
  claims: { ...claims },
  accepts_account_tokens: acceptsAccountTokens,
})

/** The settings after a change: members left out keep their value, a null `alg` or `typ` goes back to the default. */
export const changedSettings = (before: ResourceSettings, change: ResourceChangeInput): ResourceSettings => ({
  audience: change.audience ?? before.audience,
  ...present({
    alg: change.alg === undefined ? before.alg : (change.alg ?? undefined),
    typ: change.typ === undefined ? before.typ : (change.typ ?? undefined),
  }),
  claims: change.claims ?? before.claims,
  acceptsAccountTokens: change.accepts_account_tokens ?? before.acceptsAccountTokens,
})

/** What a resource is before anything was said about it. */
export const initialSettings = (audience: string): ResourceSettings => ({ audience, claims: {}, acceptsAccountTokens: false })
