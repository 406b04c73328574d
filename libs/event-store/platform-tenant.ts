import { asId, type TenantId } from '@chancery/kernel'

/** The platform operator's own place in the log. It holds the operator's tokens, has no row among the tenants and is never routed to. */
export const platformTenantId = asId<TenantId>('00000000-0000-0000-0000-000000000000')
