import type { Endpoint } from '../http/endpoint.ts'
import { platformEndpoints } from './platform.ts'
import { principalEndpoints } from './principals.ts'
import { resourceEndpoints } from './resources.ts'
import { secretEndpoints } from './secrets.ts'
import { signingKeyEndpoints } from './signing-keys.ts'
import { tenantEndpoints } from './tenants.ts'
import { workspaceEndpoints } from './workspaces.ts'

export const endpoints: readonly Endpoint[] = [
  ...tenantEndpoints,
  ...workspaceEndpoints,
  ...principalEndpoints,
  ...secretEndpoints,
  ...resourceEndpoints,
  ...signingKeyEndpoints,
  ...platformEndpoints,
]
