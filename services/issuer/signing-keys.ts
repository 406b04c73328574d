import type { LoadedTenant } from '@chancery/event-store'
import { type Clock, Fault, invariant, type Milliseconds } from '@chancery/kernel'
import {
  isAlgorithm,
  type Keyring,
  open,
  type ProvenKey,
  provenKey,
  type SigningKey,
  signingKeyAt,
  signingKeyContext,
  signingKeyFrom,
} from '@chancery/tokens'
import { LRUCache } from 'lru-cache'

/** Unsealed keys kept in memory; one of a quiet tenant is unsealed again when it is wanted. */
const maxProvenKeys = 20_000

export interface SigningKeysOptions {
  readonly masterKeys: Keyring
  readonly clock: Clock
  /** When the key set was last confirmed with Postgres, in monotonic milliseconds. */
  readonly confirmedAt: () => Milliseconds
  /** Half the publication lead: an instance that heard nothing for longer may miss a key that already signs elsewhere. */
  readonly confirmationMs: Milliseconds
}

export interface SigningKeys {
  /** The key that signs now. Rejects with a retryable Fault `keys_unconfirmed`, or one of unsealing. */
  signing(tenant: LoadedTenant, alg: string): Promise<ProvenKey>
}

export const signingKeys = ({ masterKeys, clock, confirmedAt, confirmationMs }: SigningKeysOptions): SigningKeys => {
  const parsed = new WeakMap<LoadedTenant, readonly SigningKey[]>()
  const proven = new LRUCache<string, Promise<ProvenKey>>({ max: maxProvenKeys })

  const keysOf = (tenant: LoadedTenant): readonly SigningKey[] => {
    const known = parsed.get(tenant)
    if (known !== undefined) return known
    const keys = tenant.signingKeys.map(signingKeyFrom)
    parsed.set(tenant, keys)
    return keys
  }

  const unsealed = (tenant: LoadedTenant, key: SigningKey): Promise<ProvenKey> => {
    const cached = `${tenant.rights.tenantId}/${key.kid}`
    const known = proven.get(cached)
    if (known !== undefined) return known
    const row = tenant.signingKeys.find(({ kid }) => kid === key.kid)
    invariant(row !== undefined, 'a parsed key comes from a row')
    const promise = Promise.resolve().then(() =>
      provenKey(key, open(masterKeys, row.sealedPrivateKey, signingKeyContext(tenant.rights.tenantId, key.kid))),
    )
    proven.set(cached, promise)
    promise.catch(() => proven.delete(cached))
    return promise
  }

  return {
    async signing(tenant, alg) {
      if (clock.monotonic() - confirmedAt() > confirmationMs) throw new Fault('keys_unconfirmed')
      invariant(isAlgorithm(alg), 'a resource is registered with an algorithm of ours')
      const key = signingKeyAt(keysOf(tenant), alg, clock.now())
      invariant(key !== undefined, 'an algorithm in use has a key')
      return unsealed(tenant, key)
    },
  }
}
