import { Type } from 'typebox'
import { exactly, name, uuid } from './text.ts'

/** `[a-z0-9-]{1,63}`, fixed at creation. */
export const tenantName = Type.String({ pattern: '^[a-z0-9-]{1,63}$' })

const tenant = { tenant: tenantName }

export const tenantPath = exactly(tenant)
/** By id or by name. */
export const workspacePath = exactly({ ...tenant, workspace: name })
export const principalPath = exactly({ ...tenant, principal: uuid })
export const principalSecretPath = exactly({ ...tenant, principal: uuid, secret: uuid })
export const resourcePath = exactly({ ...tenant, resource: uuid })
export const resourceSecretPath = exactly({ ...tenant, resource: uuid, secret: uuid })
export const operatorTokenPath = exactly({ token: uuid })
