import { signingKeys, streams } from '@chancery/domain'
import { asId, type TenantId } from '@chancery/kernel'
import { open, resealNeeded, seal, signingKeyContext } from '@chancery/tokens'
import { type AdminDeps, inTenant, type TenantDeps } from '../deps.ts'
import { done, type Outcome } from '../outcome.ts'
import type { RewrapView } from '../schemas/platform.ts'

const pageSize = 1000

/** Seals one tenant's keys again where that is due; the keys themselves, and every token they signed, stay as they are. */
const rewrapTenant = async ({ tenant, tenantId, masterKeys }: TenantDeps): Promise<number> => {
  const loaded = await tenant.read((reads) => reads.tenant())
  const due = (loaded?.signingKeys ?? []).filter(({ sealedPrivateKey }) => resealNeeded(masterKeys, sealedPrivateKey))
  for (const { kid, sealedPrivateKey } of due) {
    const context = signingKeyContext(tenantId, kid)
    const resealed = seal(masterKeys, open(masterKeys, sealedPrivateKey, context), context)
    await tenant.change((unit) => unit.decide(streams.signingKeys, signingKeys, { kind: 'rewrap', kid, sealedPrivateKey: resealed }))
  }
  return due.length
}

/** After a new master key was put first: seals every private key under it, so that the old one can go. May be called again. */
export const rewrapSigningKeys = async (deps: AdminDeps): Promise<Outcome<RewrapView>> => {
  let rewrapped = 0
  let cursor: string | undefined
  do {
    const page = await deps.tenantsPage({ limit: pageSize, cursor })
    for (const { tenantId } of page.items) rewrapped += await rewrapTenant(inTenant(deps, asId<TenantId>(tenantId)))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return done({ rewrapped })
}
