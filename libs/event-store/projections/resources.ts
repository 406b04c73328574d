import type { ResourceSettings } from '@chancery/domain'
import { inScopeOf } from '@chancery/kernel'
import { resources, secrets } from '../schema.ts'
import type { ProjectedEvent } from './projected-event.ts'
import { insert, type RowChange, remove, update } from './row-change.ts'

const settingsRow = ({ audience, alg, typ, claims, acceptsAccountTokens }: ResourceSettings) => ({
  audience,
  alg: alg ?? null,
  typ: typ ?? null,
  claims,
  acceptsAccountTokens,
})

export const projectResource = ({ tenantId, streamId, event }: ProjectedEvent): RowChange[] => {
  const resourceId = inScopeOf('resource', streamId)
  if (resourceId === undefined) return []
  const where = { tenantId, resourceId }
  switch (event.type) {
    case 'resource.registered.v1':
      return [insert(resources, { ...where, ...settingsRow(event.data) })]
    case 'resource.changed.v1':
      return [update(resources, { where, row: settingsRow(event.data) })]
    case 'resource.removed.v1':
      return [remove(secrets, { tenantId, holderId: resourceId }), remove(resources, where)]
    default:
      return []
  }
}
