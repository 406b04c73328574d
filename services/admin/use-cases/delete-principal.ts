import { principals, streams } from '@chancery/domain'
import type { TenantDeps } from '../deps.ts'
import { type Nothing, type Outcome, settled } from '../outcome.ts'

/** With `erase`, the text that may name a person goes too; where that failed, the same call may be made again. */
export const deletePrincipal = async (deps: TenantDeps, principalId: string, { erase }: { erase?: boolean }): Promise<Outcome<Nothing>> => {
  const change = await deps.tenant.change((unit) => unit.decide(streams.principal(principalId), principals, { kind: 'delete' }))
  if (change.accepted && erase === true) await deps.erasePersonal(deps.tenantId, principalId)
  return settled(change)
}
