import { principals, streams } from '@chancery/domain'
import type { TenantDeps } from '../deps.ts'
import { type Nothing, type Outcome, settled } from '../outcome.ts'

/**
 * With `erase`, the text that may name a person goes too. Where that failed after the principal was gone, the same call erases it, though it
 * answers that there is no such principal.
 */
export const deletePrincipal = async (deps: TenantDeps, principalId: string, { erase }: { erase?: boolean }): Promise<Outcome<Nothing>> => {
  const change = await deps.tenant.change((unit) => unit.decide(streams.principal(principalId), principals, { kind: 'delete' }))
  if (erase === true) await deps.erasePersonal(deps.tenantId, principalId)
  return settled(change)
}
