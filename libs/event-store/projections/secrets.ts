import { inScopeOf, invariant } from '@chancery/kernel'
import { secrets } from '../schema.ts'
import { macBytes, type ProjectedEvent } from './projected-event.ts'
import { insert, type RowChange, remove } from './row-change.ts'

/** Secrets belong to the principal or the resource in whose stream they were issued. A revoked one leaves the table. */
export const projectSecret = ({ tenantId, streamId, event }: ProjectedEvent): RowChange[] => {
  switch (event.type) {
    case 'credential.secret-issued.v1': {
      const holderId = inScopeOf('principal', streamId) ?? inScopeOf('resource', streamId)
      invariant(holderId !== undefined, 'a secret has a holder')
      const { mac, pepperId } = event.sealed
      return [insert(secrets, { tenantId, holderId, ...event.data, mac: macBytes(mac), pepperId })]
    }
    case 'credential.secret-revoked.v1':
      return [remove(secrets, { tenantId, secretId: event.data.secretId })]
    default:
      return []
  }
}
