import { createHmac, createPublicKey, type KeyObject } from 'node:crypto'
import { importJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import type { AccessTokenClaims } from './access-token.ts'
import { algorithms, isAlgorithm } from './algorithms.ts'
import type { SigningKey } from './keys.ts'
import { generateSigningKey, type ProvenKey, provenKey } from './proven-key.ts'
import { TokenSigner } from './sign.ts'
import { verifyAccessToken, verifyingKeys } from './verify.ts'

const issuer = 'https://chancery.example/t/acme'
const now = Date.UTC(2026, 0, 1)
const seconds = now / 1000
const types = new Set(['at+jwt'])
const signer = new TokenSigner()

const claims: AccessTokenClaims = {
  iss: issuer,
  sub: 'p1',
  aud: 'catalog',
  exp: seconds + 3600,
  iat: seconds,
  jti: 'j1',
  client_id: 'c1',
  tid: 'acme',
  lin: 'l1',
  sst: seconds,
  use: 'access',
  on: ['tenant:t1', 'principal:p1@7'],
}

const newKey = async (alg: keyof typeof algorithms): Promise<ProvenKey> => {
  const key = await generateSigningKey(alg)
  return provenKey(key, key.pkcs8)
}
const asSigningKey = (key: ProvenKey): SigningKey => ({ ...key, createdAt: now, activatesAt: now })

const ours = await Promise.all(Object.keys(algorithms).filter(isAlgorithm).map(newKey))
const [es256, rs256] = [ours.find(({ alg }) => alg === 'ES256'), ours.find(({ alg }) => alg === 'RS256')]
if (es256 === undefined || rs256 === undefined) throw new Error('ES256 and RS256 are rows of the table')
const theirs = await newKey('ES256')
const keys = verifyingKeys(ours.map(asSigningKey))

const mint = (change: Readonly<Record<string, unknown>> = {}, key = es256, typ = 'at+jwt'): string =>
  signer.mint({ key, typ, claims: { ...claims, ...change } })

const verdict = (token: string): string => {
  const result = verifyAccessToken(token, { keys, issuer, types, now })
  return result.accepted ? 'accepted' : result.reason
}

/** The same question put to jose, key by kid and all. */
const joseAccepts = async (token: string): Promise<boolean> => {
  try {
    const keyOf = async ({ kid }: { kid?: string }) => {
      const key = ours.find((one) => one.kid === kid)
      if (key === undefined) throw new Error('unknown kid')
      return importJWK({ ...key.publicJwk }, key.alg)
    }
    await jwtVerify(token, keyOf, {
      issuer,
      typ: 'at+jwt',
      currentDate: new Date(now),
      clockTolerance: 0,
      requiredClaims: ['exp', 'iat', 'sub', 'jti'],
    })
    return true
  } catch {
    return false
  }
}

const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const header = { alg: 'ES256', typ: 'at+jwt', kid: es256.kid }

/** A token with any header, signed with our real key: only the header can be why it is refused. */
const withHeader = (change: Readonly<Record<string, unknown>>, key: ProvenKey = es256): string => {
  const input = `${encode({ ...header, ...change })}.${encode(claims)}`
  return `${input}.${algorithms[key.alg].sign(Buffer.from(input), key.privateKey).toString('base64url')}`
}

const withHmac = (secret: string | Uint8Array | KeyObject, change: Readonly<Record<string, unknown>> = {}): string => {
  const input = `${encode({ ...header, alg: 'HS256', ...change })}.${encode(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

const publicKey = createPublicKey(es256.privateKey)
const rsaPublicKey = createPublicKey(rs256.privateKey)
const rsaHeader = { kid: rs256.kid }
const [head = '', body = '', signature = ''] = mint().split('.')

const forgeries: readonly (readonly [string, string, string])[] = [
  ...['none', 'None', 'nOnE', 'NONE', ''].flatMap((alg): (readonly [string, string, string])[] => [
    [`alg ${alg || 'empty'}, signature empty`, `${encode({ ...header, alg })}.${body}.`, 'wrong_algorithm'],
    [`alg ${alg || 'empty'}, signature kept`, `${encode({ ...header, alg })}.${body}.${signature}`, 'wrong_algorithm'],
    [`alg ${alg || 'empty'}, two parts`, `${encode({ ...header, alg })}.${body}`, 'malformed'],
  ]),
  ['HS256 over the public key as PEM', withHmac(publicKey.export({ format: 'pem', type: 'spki' })), 'wrong_algorithm'],
  ['HS256 over the public key as DER', withHmac(publicKey.export({ format: 'der', type: 'spki' })), 'wrong_algorithm'],
  ['HS256 over the public key as JWK', withHmac(JSON.stringify(es256.publicJwk)), 'wrong_algorithm'],
  ['HS256 over the RSA key as PEM', withHmac(rsaPublicKey.export({ format: 'pem', type: 'spki' }), rsaHeader), 'wrong_algorithm'],
  ['HS256 over the RSA key as PKCS #1', withHmac(rsaPublicKey.export({ format: 'der', type: 'pkcs1' }), rsaHeader), 'wrong_algorithm'],
  ['HS256 called ES256', withHmac(publicKey.export({ format: 'der', type: 'spki' }), { alg: 'ES256' }), 'bad_signature'],
  ['the key of one algorithm named with another', withHeader({ alg: 'RS256' }), 'wrong_algorithm'],
  ['signed by one key of ours, kid of another', withHeader({ kid: rs256.kid, alg: 'RS256' }), 'bad_signature'],
  ['another tenant’s key under its own kid', mint({}, theirs), 'unknown_key'],
  ['another tenant’s key under our kid', mint({}, { ...theirs, kid: es256.kid }), 'bad_signature'],
  ['kid __proto__', withHeader({ kid: '__proto__' }), 'unknown_key'],
  ['kid constructor', withHeader({ kid: 'constructor' }), 'unknown_key'],
  ['kid a path', withHeader({ kid: '../../dev/null' }), 'unknown_key'],
  ['kid an SQL fragment', withHeader({ kid: "' OR 1=1 --" }), 'unknown_key'],
  ['kid a list', withHeader({ kid: [es256.kid] }), 'unknown_key'],
  ['no kid', withHeader({ kid: undefined }), 'unknown_key'],
  ['kid as long as a book', withHeader({ kid: 'k'.repeat(1_000_000) }), 'too_large'],
  ['a critical header', withHeader({ crit: ['x'], x: 1 }), 'critical_header'],
  ['a critical header without names', withHeader({ crit: [] }), 'critical_header'],
  ['another typ', mint({}, es256, 'JWT'), 'wrong_type'],
  ['no typ', withHeader({ typ: undefined }), 'wrong_type'],
  ['an expired token', mint({ exp: seconds }), 'expired'],
  ['another issuer', mint({ iss: `${issuer}/` }), 'wrong_issuer'],
  ['no subject', mint({ sub: undefined }), 'not_an_access_token'],
  ['no expiry', mint({ exp: undefined }), 'not_an_access_token'],
  ['expiry in text', mint({ exp: String(seconds + 3600) }), 'not_an_access_token'],
  ['other claims under the signature', `${head}.${encode({ ...claims, sub: 'root' })}.${signature}`, 'bad_signature'],
  ['no signature', `${head}.${body}.`, 'bad_signature'],
  ['one part', head, 'malformed'],
  ['four parts', `${head}.${body}.${signature}.${signature}`, 'malformed'],
  ['five parts, as a JWE has', `${head}.${body}.${signature}.${body}.${signature}`, 'malformed'],
  ['nothing', '', 'malformed'],
  ['two dots', '..', 'malformed'],
  ['a header that is no JSON', `${encode('{')}.${body}.${signature}`, 'malformed'],
  ['a header that is a list', `${encode([])}.${body}.${signature}`, 'malformed'],
  ['a header that is null', `${encode('null')}.${body}.${signature}`, 'malformed'],
]

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Every fifth character and the last twelve, dots left out. */
const positions = (token: string): number[] =>
  Array.from(token, (_, at) => at).filter((at) => token[at] !== '.' && (at % 5 === 0 || at >= token.length - 12))

/** Lowest and highest bit of one base64url digit flipped, and characters that are no digit. */
const changesAt = (token: string, at: number): string[] => {
  const digit = alphabet.indexOf(token[at] ?? '')
  return [alphabet[digit ^ 1], alphabet[digit ^ 32], '=', '.', ' ', 'ü'].map(
    (other) => `${token.slice(0, at)}${other}${token.slice(at + 1)}`,
  )
}

const bytesOf = (token: string): string =>
  token
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('hex'))
    .join('.')

describe('a token of ours', () => {
  it.each(ours.map((key) => [key.alg, key] as const))('signed with %s is accepted, by jose too', async (_, key) => {
    const token = mint({}, key)
    expect(verifyAccessToken(token, { keys, issuer, types, now })).toEqual({ accepted: true, kid: key.kid, claims })
    expect(await joseAccepts(token)).toBe(true)
  })

  it('carries text of any script unharmed', () => {
    const result = verifyAccessToken(mint({ sub: 'Zoë 漢 🗝' }), { keys, issuer, types, now })
    expect(result).toMatchObject({ accepted: true, claims: { sub: 'Zoë 漢 🗝' } })
  })

  it('names a place to fetch keys in vain: the header’s key is not looked at', async () => {
    const tempting = { jwk: theirs.publicJwk, jku: 'https://attacker.example/jwks', x5u: 'https://attacker.example/cert' }
    expect(verdict(withHeader(tempting))).toBe('accepted')
    expect(await joseAccepts(withHeader(tempting))).toBe(true)
    expect(verdict(withHeader({ ...tempting, kid: theirs.kid }, theirs))).toBe('unknown_key')
  })

  it('of 16 KiB is read, of more is not', () => {
    const room = 16 * 1024 - mint({ pad: '' }).length
    expect(verdict(mint({ pad: 'x'.repeat(Math.floor((room * 3) / 4) - 3) }))).toBe('accepted')
    expect(verdict(mint({ pad: 'x'.repeat(16 * 1024) }))).toBe('too_large')
  })

  it('with its signature in DER is not one', () => {
    const [first = '', second = '', raw = ''] = mint().split('.')
    const half = (bytes: Buffer): Buffer => Buffer.concat([Buffer.of(2, 33, 0), bytes])
    const bytes = Buffer.from(raw, 'base64url')
    const der = Buffer.concat([Buffer.of(0x30, 70), half(bytes.subarray(0, 32)), half(bytes.subarray(32))])
    expect(verdict(`${first}.${second}.${der.toString('base64url')}`)).toBe('bad_signature')
  })
})

describe('a forged token', () => {
  it.each(forgeries)('(%s) is refused, by jose too', async (_, token, reason) => {
    expect(verdict(token)).toBe(reason)
    expect(await joseAccepts(token)).toBe(false)
  })

  it.each(ours.map((key) => [key.alg, key] as const))('is refused wherever one character of a %s token changes', async (_, key) => {
    const token = mint({}, key)
    const changes = positions(token).flatMap((at) => changesAt(token, at))
    for (const changed of changes) expect(verdict(changed)).not.toBe('accepted')
    // jose reads several spellings of the same bytes; ours has one.
    for (const changed of changes.filter((text) => bytesOf(text) !== bytesOf(token))) expect(await joseAccepts(changed)).toBe(false)
  })

  it('is refused however it is cut or extended', async () => {
    const token = mint()
    const cuts = Array.from({ length: Math.ceil(token.length / 9) }, (_, index) => token.slice(0, token.length - 1 - index * 9))
    for (const changed of [...cuts, `${token}A`, `${token}AAAA`, `A${token}`]) {
      expect(verdict(changed)).not.toBe('accepted')
      expect(await joseAccepts(changed)).toBe(false)
    }
    for (const changed of [`${token}=`, `${token}==`, `${token}\n`, ` ${token}`]) expect(verdict(changed)).not.toBe('accepted')
  })
})

describe('time', () => {
  const at = (change: Readonly<Record<string, unknown>>, offset: number): string => {
    const result = verifyAccessToken(mint(change), { keys, issuer, types, now: now + offset })
    return result.accepted ? 'accepted' : result.reason
  }

  it('ends a token exactly at exp', () => {
    expect(at({ exp: seconds + 20 }, 19_999)).toBe('accepted')
    expect(at({ exp: seconds + 20 }, 20_000)).toBe('expired')
  })

  it.each(['iat', 'nbf'])('allows %s to be 60 s ahead and no more', (claim) => {
    expect(at({ [claim]: seconds + 60 }, 0)).toBe('accepted')
    expect(at({ [claim]: seconds + 61 }, 0)).toBe('not_yet_valid')
  })
})

describe('the signer', () => {
  it('keeps headers of different keys and types apart', () => {
    const headers = ours.flatMap((key) => ['at+jwt', 'JWT', 'at+jwt'].map((typ) => mint({}, key, typ).split('.')[0]))
    const expected = ours.flatMap(({ alg, kid }) => ['at+jwt', 'JWT', 'at+jwt'].map((typ) => encode({ alg, typ, kid })))
    expect(headers).toEqual(expected)
  })

  it('writes the right header for more types than it keeps', () => {
    const written = Array.from({ length: 40 }, (_, index) => mint({}, es256, `t${index}`).split('.')[0])
    expect(written).toEqual(written.map((_, index) => encode({ ...header, typ: `t${index}` })))
  })
})
