import { projectIssuancePolicy } from './issuance-policies.ts'
import { projectOperatorToken } from './operator-tokens.ts'
import { projectPrincipal } from './principals.ts'
import type { ProjectedEvent } from './projected-event.ts'
import { projectResource } from './resources.ts'
import type { RowChange } from './row-change.ts'
import { projectSecret } from './secrets.ts'
import { projectSigningKey } from './signing-keys.ts'
import { projectTenant, projectTenantVersion } from './tenants.ts'
import { projectWorkspace } from './workspaces.ts'

const projections = [
  projectTenant,
  projectWorkspace,
  projectPrincipal,
  projectSecret,
  projectIssuancePolicy,
  projectResource,
  projectSigningKey,
  projectOperatorToken,
]

/** All that one event changes in the read tables, in order. Pure: an append and a rebuild write the same rows. */
export const project = (projected: ProjectedEvent): RowChange[] => [
  ...projections.flatMap((projection) => projection(projected)),
  projectTenantVersion(projected),
]
