import type { IssuanceFact } from '@chancery/domain'
import type { Random, TenantId } from '@chancery/kernel'
import type { Issuance, MintedToken } from './mint-token.ts'

/** Facts about issued tokens. `append` resolves only when the fact is durable, and rejects with a Fault otherwise; order is not guaranteed. */
export interface IssuanceLog {
  append(tenantId: TenantId, fact: IssuanceFact): Promise<void>
}

/** Where a request came from and what it asked for, in its own words. */
export interface Asked {
  readonly grantType: string
  readonly dialect: string
  readonly scope: string | undefined
  readonly audience: readonly string[]
  readonly ip: string | undefined
  readonly userAgent: string | undefined
  readonly traceId: string | undefined
}

/** 32 hexadecimal digits (W3C Trace Context §3.2.2.3). Node draws UUIDs from a buffer, so this costs no system call. */
const newTraceId = (random: Random): string => random.uuid().replaceAll('-', '')

const joined = (scope: readonly string[]): string | null => (scope.length === 0 ? null : scope.join(' '))

/** The fact of one issuance: who, for whom, on what grounds, asked and granted, decided on which versions; never the token. */
export const issuanceFact = (
  issuance: Issuance,
  minted: MintedToken,
  context: { readonly asked: Asked; readonly random: Random; readonly at: number },
): IssuanceFact => {
  const { tenant, principal, clientId, secret, grant } = issuance
  const { asked, random, at } = context
  return {
    event_id: random.uuid(),
    time: new Date(at).toISOString(),
    tenant: tenant.rights.name,
    jti: minted.jti,
    lineage: minted.lineage,
    grant: asked.grantType,
    dialect: asked.dialect,
    client_id: clientId,
    sub: clientId,
    actors: [],
    credential_id: secret.secretId,
    policy_ids: [principal.policyId],
    requested: { scope: asked.scope ?? null, audience: [...asked.audience], ttl: null },
    granted: { scope: joined(grant.scope), audience: [...grant.audience], ttl: grant.ttlSeconds },
    roles: [...grant.roles],
    groups: [],
    versions: {
      tenant: Math.max(tenant.tenantVersion, principal.principalVersion),
      policy: tenant.rights.policyVersion,
      principal: principal.principalVersion,
    },
    ip: asked.ip ?? null,
    user_agent: asked.userAgent ?? null,
    trace_id: asked.traceId ?? newTraceId(random),
  }
}
