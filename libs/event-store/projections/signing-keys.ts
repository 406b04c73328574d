import { signingKeys } from '../schema.ts'
import type { ProjectedEvent } from './projected-event.ts'
import { insert, type RowChange, update } from './row-change.ts'

export const projectSigningKey = ({ tenantId, event }: ProjectedEvent): RowChange[] => {
  switch (event.type) {
    case 'signing-key.generated.v1':
      return [insert(signingKeys, { tenantId, ...event.data, compromisedAt: null, sealedPrivateKey: event.sealed.privateKey })]
    case 'signing-key.rewrapped.v1':
      return [update(signingKeys, { where: { tenantId, kid: event.data.kid }, row: { sealedPrivateKey: event.sealed.privateKey } })]
    case 'signing-key.compromised.v1':
      return [update(signingKeys, { where: { tenantId, kid: event.data.kid }, row: { compromisedAt: event.data.at } })]
    default:
      return []
  }
}
