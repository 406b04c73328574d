import { type IssuancePolicy, initialIssuancePolicy, type PrincipalRights, type SecretRights } from '@chancery/domain'
import type { TenantId } from '@chancery/kernel'
import type { Prepared, Session } from '../session.ts'
import type { NullFor } from './nulls.ts'
import type { PrincipalKey } from './tenant-reads.ts'

/** `where` finds the row of `principals p` for the tenant $1 and the key $2. */
const statement = (name: string, where: string): Prepared => ({
  name: `load-principal-by-${name}`,
  text: `
    SELECT p.principal_id AS "principalId", p.kind, p.name, p.client_id AS "clientId", p.is_enabled AS "isEnabled", p.roles,
      p.workspace_ids AS "workspaceIds", p.version AS "principalVersion", i.policy_id AS "policyId", i.policy,
      coalesce((SELECT json_agg(json_build_object(
          'secretId', s.secret_id, 'expiresAt', s.expires_at, 'isImported', s.is_imported, 'mac', encode(s.mac, 'hex'),
          'pepperId', s.pepper_id) ORDER BY s.issued_at DESC, s.secret_id)
        FROM secrets s WHERE s.tenant_id = p.tenant_id AND s.holder_id = p.principal_id), '[]') AS secrets
    FROM principals p
    LEFT JOIN issuance_policies i ON i.tenant_id = p.tenant_id AND i.principal_id = p.principal_id
    WHERE p.tenant_id = $1 AND ${where}`,
})

const byClientId = statement('client-id', 'p.client_id = $2')
const byPrincipalId = statement('principal-id', 'p.principal_id = $2')
const bySecretId = statement(
  'secret-id',
  'p.principal_id = (SELECT f.holder_id FROM secrets f WHERE f.tenant_id = $1 AND f.secret_id = $2)',
)
/** Only imported secrets name no id; theirs alone are unique by MAC. */
const bySecretMacs = statement(
  'secret-macs',
  'p.principal_id = (SELECT f.holder_id FROM secrets f WHERE f.tenant_id = $1 AND f.is_imported AND f.mac = ANY ($2::bytea[]) LIMIT 1)',
)

const found = (key: PrincipalKey): readonly [Prepared, unknown] => {
  if ('clientId' in key) return [byClientId, key.clientId]
  if ('principalId' in key) return [byPrincipalId, key.principalId]
  if ('secretId' in key) return [bySecretId, key.secretId]
  return [bySecretMacs, key.secretMacs.map((mac) => Buffer.from(mac, 'base64'))]
}

type StoredSecret = Omit<SecretRights, 'mac'> & { readonly mac: string }

interface PrincipalRow extends NullFor<Omit<PrincipalRights, 'secrets' | 'name' | 'policy'>, 'clientId' | 'policyId'> {
  readonly name: string | null
  readonly policy: IssuancePolicy | null
  readonly secrets: readonly StoredSecret[]
}

/**
 * Where no policy was ever set, the initial one holds, under the principal's own id. An erased name is replaced by the id, which names nobody.
 */
export const loadPrincipal = async (session: Session, tenantId: TenantId, key: PrincipalKey): Promise<PrincipalRights | undefined> => {
  const [prepared, value] = found(key)
  const [row] = await session.prepared<PrincipalRow>(prepared, [tenantId, value])
  if (row === undefined) return undefined
  return {
    ...row,
    name: row.name ?? row.principalId,
    clientId: row.clientId ?? undefined,
    policyId: row.policyId ?? row.principalId,
    policy: row.policy ?? initialIssuancePolicy,
    secrets: row.secrets.map((secret) => ({ ...secret, mac: Buffer.from(secret.mac, 'hex') })),
  }
}
