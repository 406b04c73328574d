import type { TenantRights } from '@chancery/domain'
import type { TenantId } from '@chancery/kernel'
import type { Prepared, Session } from '../session.ts'
import type { NullFor } from './nulls.ts'
import type { LoadedTenant, SigningKeyRow } from './tenant-reads.ts'

/** One statement, so that the rights and their versions are of one snapshot whatever the isolation level. */
const statement: Prepared = {
  name: 'load-tenant',
  text: `
    SELECT jsonb_build_object(
        'tenantId', t.tenant_id, 'name', t.name, 'status', t.status, 'accountId', t.account_id, 'defaultAudience', t.default_audience,
        'defaultAlg', t.default_alg,
        'policyVersion', t.policy_version,
        'workspaces', coalesce((SELECT jsonb_agg(jsonb_build_object(
            'workspaceId', w.workspace_id, 'name', w.name, 'audience', w.audience, 'hosts', w.hosts) ORDER BY w.name)
          FROM workspaces w WHERE w.tenant_id = t.tenant_id), '[]'),
        'resources', coalesce((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'resourceId', r.resource_id, 'audience', r.audience, 'alg', r.alg, 'typ', r.typ, 'claims', r.claims,
            'acceptsAccountTokens', r.accepts_account_tokens)) ORDER BY r.audience)
          FROM resources r WHERE r.tenant_id = t.tenant_id), '[]')) AS rights,
      coalesce((SELECT jsonb_agg(jsonb_build_object(
          'kid', k.kid, 'alg', k.alg, 'publicJwk', k.public_jwk, 'createdAt', k.created_at, 'activatesAt', k.activates_at,
          'compromisedAt', k.compromised_at, 'sealedPrivateKey', k.sealed_private_key) ORDER BY k.created_at, k.kid)
        FROM signing_keys k WHERE k.tenant_id = t.tenant_id), '[]') AS "signingKeys",
      t.display_name AS "displayName", t.hosts, t.version AS "tenantVersion"
    FROM tenants t WHERE t.tenant_id = $1 AND t.status <> 'deleted'`,
}

interface TenantRow {
  readonly rights: NullFor<TenantRights, 'defaultAudience' | 'defaultAlg'>
  readonly signingKeys: readonly NullFor<SigningKeyRow, 'compromisedAt'>[]
  readonly displayName: string | null
  readonly hosts: readonly string[]
  readonly tenantVersion: number
}

export const loadTenant = async (session: Session, tenantId: TenantId): Promise<LoadedTenant | undefined> => {
  const [row] = await session.prepared<TenantRow>(statement, [tenantId])
  if (row === undefined) return undefined
  const { rights, signingKeys, displayName, hosts, tenantVersion } = row
  return {
    rights: { ...rights, defaultAudience: rights.defaultAudience ?? undefined, defaultAlg: rights.defaultAlg ?? undefined },
    displayName: displayName ?? undefined,
    hosts,
    signingKeys: signingKeys.map((key) => ({ ...key, compromisedAt: key.compromisedAt ?? undefined })),
    tenantVersion,
  }
}
