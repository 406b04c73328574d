import { createPublicKey, verify } from 'node:crypto'
import { asId, type TenantId } from '@chancery/kernel'
import { type Keyring, TokenSigner } from '@chancery/tokens'
import { describe, expect, it } from 'vitest'
import { signingKeys } from './signing-keys.ts'
import { acme, at, handClock, loadedTenant, masterKeys, signingKeyRow, tenantRights } from './spec.ts'

const confirmationMs = 1_800_000
const keysAt = (confirmedAgoMs = 0, ring: Keyring = masterKeys) => {
  const clock = handClock()
  const confirmed = clock.monotonic()
  clock.pass(confirmedAgoMs)
  return signingKeys({ masterKeys: ring, clock, confirmedAt: () => confirmed, confirmationMs })
}

describe('the key that signs', () => {
  it('is unsealed, proven, and the tenant’s', async () => {
    const row = await signingKeyRow
    const key = await keysAt().signing(loadedTenant({ signingKeys: [row] }), 'ES256')
    expect(key.kid).toBe(row.kid)
    const token = new TokenSigner().mint({ key, typ: 'at+jwt', claims: {} })
    const [header = '', payload = '', signature = ''] = token.split('.')
    const publicKey = createPublicKey({ key: { ...key.publicJwk }, format: 'jwk' })
    const isOurs = verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
    expect(isOurs).toBe(true)
  })

  it('is unsealed once, however often it signs', async () => {
    const keys = keysAt()
    const [first, second] = [loadedTenant({ signingKeys: [await signingKeyRow] }), loadedTenant({ signingKeys: [await signingKeyRow] })]
    expect(await keys.signing(first, 'ES256')).toBe(await keys.signing(second, 'ES256'))
  })

  it('signs nothing more once nobody has confirmed the key set for half the lead', async () => {
    const tenant = loadedTenant({ signingKeys: [await signingKeyRow] })
    await expect(keysAt(confirmationMs).signing(tenant, 'ES256')).resolves.toBeDefined()
    await expect(keysAt(confirmationMs + 1).signing(tenant, 'ES256')).rejects.toMatchObject({ code: 'keys_unconfirmed', retryable: true })
  })

  it('never confirmed is never used', async () => {
    const never = signingKeys({ masterKeys, clock: handClock(), confirmedAt: () => Number.NEGATIVE_INFINITY, confirmationMs })
    await expect(never.signing(loadedTenant({ signingKeys: [await signingKeyRow] }), 'ES256')).rejects.toMatchObject({
      code: 'keys_unconfirmed',
    })
  })

  it('is not one that is given up, still pending or of another algorithm', async () => {
    const row = await signingKeyRow
    for (const changes of [{ compromisedAt: at }, { createdAt: at - 2, activatesAt: at + 1 }]) {
      const tenant = loadedTenant({ signingKeys: [{ ...row, ...changes }] })
      await expect(keysAt().signing(tenant, 'ES256')).rejects.toThrow('an algorithm in use has a key')
    }
    await expect(keysAt().signing(loadedTenant({ signingKeys: [row] }), 'RS256')).rejects.toThrow('broken invariant')
    await expect(keysAt().signing(loadedTenant({ signingKeys: [row] }), 'none')).rejects.toThrow('broken invariant')
  })

  it('does not open in another tenant’s row', async () => {
    const stolen = loadedTenant({
      rights: tenantRights({ tenantId: asId<TenantId>(acme.replace(/a$/, 'b')) }),
      signingKeys: [await signingKeyRow],
    })
    await expect(keysAt().signing(stolen, 'ES256')).rejects.toMatchObject({ code: 'unsealable' })
  })

  it('is tried again after its master key was not known', async () => {
    const keys = new Map<string, Uint8Array>([['m0', new Uint8Array(32)]])
    const behind = keysAt(0, { activeId: 'm0', keys })
    const tenant = loadedTenant({ signingKeys: [await signingKeyRow] })
    await expect(behind.signing(tenant, 'ES256')).rejects.toMatchObject({ code: 'unknown_master_key', retryable: true })
    for (const [id, key] of masterKeys.keys) keys.set(id, key)
    await expect(behind.signing(tenant, 'ES256')).resolves.toBeDefined()
  })
})
