import { parseAuthorization } from '@chancery/http'
import { dummyMac, macOf, matches, parseSecret } from '@chancery/tokens'
import type { AdminDeps } from './deps.ts'

/** Whether an Authorization header carries a live operator token. Rejects with a Fault when that cannot be known. */
export type AuthenticateOperator = (authorization: string | undefined) => Promise<boolean>

export const operatorAuthentication = ({
  store,
  platformTenantId,
  peppers,
}: Pick<AdminDeps, 'store' | 'platformTenantId' | 'peppers'>): AuthenticateOperator => {
  const platform = store.for(platformTenantId)
  return async (header) => {
    const authorization = parseAuthorization(header)
    if (authorization?.scheme !== 'bearer') return false
    const parsed = parseSecret(authorization.value)
    if (parsed?.prefix !== 'cho') return false
    const row = await platform.read((reads) => reads.operatorToken(parsed.id))
    // An unknown id takes as long as a wrong secret.
    const { mac, pepperId } = row ?? { mac: dummyMac, pepperId: peppers.activeId }
    return matches(macOf(peppers, pepperId, authorization.value), mac)
  }
}
