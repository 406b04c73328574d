import type { SigningKeyRow } from '@chancery/event-store'
import { type AlgorithmName, activation, generateSigningKey, provenKey, seal, signingKeyContext, signingKeyFrom } from '@chancery/tokens'
import type { TenantDeps } from '../deps.ts'

/** A key pair made and proven before a unit opens, since that can take longer than a transaction should stand. */
export const newSigningKey = async ({ tenantId, masterKeys, clock, keyLeadSeconds }: TenantDeps, alg: AlgorithmName) => {
  const { pkcs8, ...key } = await generateSigningKey(alg)
  await provenKey(key, pkcs8)
  const sealedPrivateKey = seal(masterKeys, pkcs8, signingKeyContext(tenantId, key.kid))
  return {
    kid: key.kid,
    /** The command that adds it to the keys the tenant has. */
    add: (existing: readonly SigningKeyRow[], compromised = false) => {
      const createdAt = clock.now()
      const activatesAt = activation(existing.map(signingKeyFrom), createdAt, { alg, leadSeconds: keyLeadSeconds, compromised })
      return { ...key, kind: 'add', sealedPrivateKey, createdAt, activatesAt, isCompromised: compromised } as const
    },
  }
}
