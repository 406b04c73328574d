import type { SigningKeyEvent } from './events.ts'

export interface KeyRecord {
  readonly kid: string
  readonly alg: string
  readonly createdAt: number
  readonly activatesAt: number
  readonly isCompromised: boolean
}

/** All signing keys a tenant ever had, oldest first. */
export type SigningKeys = readonly KeyRecord[]

export const initialSigningKeys: SigningKeys = []

export const evolveSigningKeys = (state: SigningKeys, event: SigningKeyEvent): SigningKeys => {
  switch (event.type) {
    case 'signing-key.generated.v1': {
      const { kid, alg, createdAt, activatesAt } = event.data
      return [...state, { kid, alg, createdAt, activatesAt, isCompromised: false }]
    }
    case 'signing-key.compromised.v1':
      return state.map((key) => (key.kid === event.data.kid ? { ...key, isCompromised: true } : key))
    default:
      return state
  }
}
