import { createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { algorithms, defaultAlgorithm, isAlgorithm } from './algorithms.ts'
import { jwksDocument } from './jwks.ts'
import { generateSigningKey, type NewSigningKey, provenKey } from './proven-key.ts'
import { referenceSign } from './reference.ts'
import { TokenSigner } from './sign.ts'

const names = Object.keys(algorithms).filter(isAlgorithm)
const keys = new Map<string, NewSigningKey>(await Promise.all(names.map(async (alg) => [alg, await generateSigningKey(alg)] as const)))
const keyOf = (alg: string): NewSigningKey => {
  const key = keys.get(alg)
  if (key === undefined) throw new Error(`no key for ${alg}`)
  return key
}

describe.each(names)('%s', (alg) => {
  it('signs what jose verifies, and names its key and type', async () => {
    const key = await provenKey(keyOf(alg), keyOf(alg).pkcs8)
    const [header] = new TokenSigner().mint({ key, typ: 'at+jwt', claims: {} }).split('.')
    expect(JSON.parse(Buffer.from(header ?? '', 'base64url').toString())).toEqual({ alg, typ: 'at+jwt', kid: key.kid })
  })

  it('verifies what jose signed, and not with a byte more, less or changed', async () => {
    const key = await provenKey(keyOf(alg), keyOf(alg).pkcs8)
    const token = await referenceSign(Buffer.from('{}'), { alg, typ: 'JWT', kid: key.kid }, key.privateKey)
    const cut = token.lastIndexOf('.')
    const data = Buffer.from(token.slice(0, cut))
    const signature = Buffer.from(token.slice(cut + 1), 'base64url')
    const publicKey = createPublicKey(key.privateKey)
    const verify = (bytes: Uint8Array) => algorithms[alg].verify(data, bytes, publicKey)
    expect(verify(signature)).toBe(true)
    for (const changed of [signature.subarray(1), signature.subarray(0, -1), Buffer.concat([signature, Buffer.of(0)]), Buffer.alloc(0)]) {
      expect(verify(changed)).toBe(false)
    }
    for (let at = 0; at < signature.length; at += 7) {
      expect(verify(signature.map((byte, index) => (index === at ? byte ^ 1 : byte)))).toBe(false)
    }
  })

  it('names a key by its RFC 7638 thumbprint and shows exactly what jose shows of it', async () => {
    const { kid, publicJwk, pkcs8 } = keyOf(alg)
    const { privateKey } = await provenKey(keyOf(alg), pkcs8)
    expect(kid).toBe(await calculateJwkThumbprint({ ...publicJwk }))
    expect(publicJwk).toEqual(await exportJWK(createPublicKey(privateKey)))
  })

  it('refuses a public key with private members beside: only the public ones pass', () => {
    expect(algorithms[alg].publicJwk({ ...keyOf(alg).publicJwk, d: 'secret', kid: 'x' })).toEqual(keyOf(alg).publicJwk)
  })

  it('is not proven with another private key, another kid or garbage', async () => {
    const [key, other] = [keyOf(alg), await generateSigningKey('ES256')]
    await expect(provenKey(key, other.pkcs8)).rejects.toThrow('jose verifies')
    await expect(provenKey({ ...key, kid: other.kid }, key.pkcs8)).rejects.toThrow('thumbprint')
    await expect(provenKey(key, Buffer.from('garbage'))).rejects.toThrow('PKCS #8')
  })
})

describe('algorithm names', () => {
  it('are spelled exactly', () => {
    for (const name of ['none', 'None', 'es256', 'HS256', 'PS256', '', '__proto__', 'constructor', 'toString'])
      expect(isAlgorithm(name)).toBe(false)
    expect(isAlgorithm(defaultAlgorithm)).toBe(true)
  })

  it('do not take the key of another algorithm', () => {
    expect(() => algorithms.RS256.publicJwk(keyOf('ES256').publicJwk)).toThrow('RSA key')
    expect(() => algorithms.ES256.publicJwk(keyOf('EdDSA').publicJwk)).toThrow('P-256')
    expect(() => algorithms.EdDSA.publicJwk(keyOf('RS256').publicJwk)).toThrow('Ed25519')
    expect(() => algorithms.RS256.publicJwk({ kty: 'RSA', n: 'AQAB', e: 'AQAB' })).toThrow('2048 bits')
  })
})

describe('the ES256 signature', () => {
  it('is r and s of 32 bytes each, also when one of them starts with zeros', async () => {
    const key = await provenKey(keyOf('ES256'), keyOf('ES256').pkcs8)
    const publicKey = createPublicKey(key.privateKey)
    // One signature in 128 has a leading zero byte in r or s, which DER would shorten.
    let padded = 0
    for (let turn = 0; turn < 1500; turn++) {
      const data = Buffer.from(String(turn))
      const signature = algorithms.ES256.sign(data, key.privateKey)
      expect(signature.length).toBe(64)
      if (signature[0] !== 0 && signature[32] !== 0) continue
      padded++
      expect(algorithms.ES256.verify(data, signature, publicKey)).toBe(true)
    }
    expect(padded).toBeGreaterThan(0)
  })
})

describe('the JWKS document', () => {
  it('shows the public members, kid, alg and use of each key, in order', () => {
    const all = names.map(keyOf)
    const { keys: shown } = JSON.parse(jwksDocument(all).body)
    expect(shown.map(({ kid }: { kid: string }) => kid)).toEqual(all.map(({ kid }) => kid))
    expect(shown.map((jwk: object) => Object.keys(jwk).sort().join())).toEqual([
      'alg,crv,kid,kty,use,x,y',
      'alg,e,kid,kty,n,use',
      'alg,crv,kid,kty,use,x',
    ])
    expect(shown.every(({ use }: { use: string }) => use === 'sig')).toBe(true)
  })

  it('has a strong tag that changes exactly when the keys do', () => {
    const [first, second] = names.map(keyOf)
    if (first === undefined || second === undefined) throw new Error('two algorithms at least')
    expect(jwksDocument([first]).etag).toMatch(/^"[A-Za-z0-9_-]{43}"$/)
    expect(jwksDocument([first]).etag).toBe(jwksDocument([{ ...first }]).etag)
    expect(jwksDocument([first, second]).etag).not.toBe(jwksDocument([first]).etag)
  })

  it('is an empty set without keys', () => {
    expect(jwksDocument([]).body).toBe('{"keys":[]}')
  })
})
