import { pathOf } from './api.ts'
import type { Settings } from './settings.ts'

export const tenantsPath = '/admin/v1/tenants'

/** Everything that belongs to the chosen tenant hangs below this. */
export const tenantPath = (settings: Settings, ...segments: readonly string[]): string =>
  `${tenantsPath}${pathOf(settings.tenant(), ...segments)}`
