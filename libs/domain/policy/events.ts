import { Type } from 'typebox'
import { type EventOf, plain, text } from '../schema.ts'
import { issuancePolicySchema } from './issuance-policy.ts'

export const policyEvents = {
  'issuance-policy.changed.v1': plain(Type.Object({ policyId: text, policy: issuancePolicySchema })),
}

export type PolicyEvent = EventOf<typeof policyEvents>
