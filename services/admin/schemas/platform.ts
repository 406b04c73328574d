import { type Static, Type } from 'typebox'
import { exactly, itemsOf, name, time } from './text.ts'

export const operatorTokenCreation = exactly({ label: name })

/** The only answer that ever holds the token. */
export const newOperatorTokenView = exactly({ id: Type.String(), label: Type.String(), token: Type.String() })

export const operatorTokenView = exactly({ id: Type.String(), label: Type.String(), created_at: time })

export const operatorTokenList = itemsOf(operatorTokenView)

/** Without `swap` the read tables are rebuilt beside the real ones and compared only. */
export const rebuildRequest = exactly({ swap: Type.Optional(Type.Boolean()) })

export const rebuildReport = Type.Object({}, { additionalProperties: true })

/** How many private keys were sealed anew. */
export const rewrapView = exactly({ rewrapped: Type.Integer() })

export const statusView = exactly({ version: Type.String(), mode: Type.String(), uptime_seconds: Type.Integer() })

export type NewOperatorTokenView = Static<typeof newOperatorTokenView>
export type OperatorTokenView = Static<typeof operatorTokenView>
export type RewrapView = Static<typeof rewrapView>
export type StatusView = Static<typeof statusView>
