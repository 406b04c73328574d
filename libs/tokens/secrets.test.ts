import { createHmac, randomUUID } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dummyMac, macOf, matches, mintSecret, parseSecret, pepperRing, secretPrefixes } from './secrets.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const id = '0b7cc1a5-7a4e-4b3f-9f57-2f8f5c3f9a10'
const secret = mintSecret('chs', id, new Uint8Array(32).fill(7))

/** Our own check, computed apart from the code under test. */
const withCheck = (body: string): string => {
  let rest = crc32(body)
  let check = ''
  for (let place = 0; place < 6; place++) {
    check = `${alphabet[rest % 62]}${check}`
    rest = Math.floor(rest / 62)
  }
  return `${body}_${check}`
}

describe('a secret', () => {
  it('reads back as the kind and id it was made for', () => {
    fc.assert(
      fc.property(fc.constantFrom(...secretPrefixes), fc.uuid(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (prefix, uuid, bytes) => {
        expect(parseSecret(mintSecret(prefix, uuid, bytes))).toEqual({ prefix, id: uuid })
      }),
    )
  })

  it('has letters, digits and underscores only, in fixed widths, at both ends of the range', () => {
    const form = /^chs_[0-9A-Za-z]{22}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/
    for (const [uuid, fill] of [
      ['00000000-0000-0000-0000-000000000000', 0],
      ['ffffffff-ffff-ffff-ffff-ffffffffffff', 255],
    ] as const) {
      const text = mintSecret('chs', uuid, new Uint8Array(32).fill(fill))
      expect(text).toMatch(form)
      expect(parseSecret(text)).toEqual({ prefix: 'chs', id: uuid })
    }
  })

  it('differs whenever id or randomness differ', () => {
    const bytes = new Uint8Array(32).fill(7)
    expect(mintSecret('chs', randomUUID(), bytes)).not.toBe(secret)
    bytes[31] = 8
    expect(mintSecret('chs', id, bytes)).not.toBe(secret)
  })

  it('is not recognised with any one character changed, cut off or added', () => {
    for (let at = 0; at < secret.length; at++) {
      expect(parseSecret(secret.slice(0, at))).toBeUndefined()
      for (const other of ['0', 'z', '_', '%', '\n'].filter((one) => one !== secret[at])) {
        expect(parseSecret(`${secret.slice(0, at)}${other}${secret.slice(at + 1)}`)).toBeUndefined()
      }
    }
    for (const more of [`${secret}0`, ` ${secret}`, `${secret}\n`, `0${secret}`]) expect(parseSecret(more)).toBeUndefined()
  })

  it('has one spelling: an id or randomness beyond its range is no secret, however right the check', () => {
    const [, idText, randomText] = secret.split('_')
    expect(withCheck(`chs_${idText}_${randomText}`)).toBe(secret)
    expect(parseSecret(withCheck(`chs_${'z'.repeat(22)}_${randomText}`))).toBeUndefined()
    expect(parseSecret(withCheck(`chs_${idText}_${'z'.repeat(43)}`))).toBeUndefined()
  })

  it('of a kind that is not ours is not recognised', () => {
    expect(parseSecret(withCheck(secret.slice(0, -7).replace('chs', 'chx')))).toBeUndefined()
  })

  it('never upsets the parser, whatever text is sent', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseSecret(text)).toBeUndefined()
      }),
    )
    expect(parseSecret('chs_'.repeat(100_000))).toBeUndefined()
  })

  it('is not made from too little randomness or another kind of id', () => {
    expect(() => mintSecret('chs', id, new Uint8Array(16))).toThrow('32 random bytes')
    expect(() => mintSecret('chs', id.toUpperCase(), new Uint8Array(32))).toThrow('UUID')
  })
})

describe('a MAC', () => {
  const material = {
    activeId: 'p2',
    keys: new Map([
      ['p2', new Uint8Array(32).fill(2)],
      ['p1', new Uint8Array(32).fill(1)],
    ]),
  }
  const ring = pepperRing(material)

  it('is HMAC-SHA-256 under the named pepper', () => {
    const expected = createHmac('sha256', new Uint8Array(32).fill(1)).update(secret).digest()
    expect(Buffer.from(macOf(ring, 'p1', secret))).toEqual(expected)
    expect(matches(macOf(ring, 'p1', secret), expected)).toBe(true)
    expect(matches(macOf(ring, 'p2', secret), expected)).toBe(false)
  })

  it('under a pepper that is gone is a fault, not a wrong secret', () => {
    expect(() => macOf(ring, 'p0', secret)).toThrow(expect.objectContaining({ code: 'unknown_pepper' }))
  })

  it('of another length matches nothing', () => {
    expect(matches(macOf(ring, 'p1', secret), new Uint8Array())).toBe(false)
    expect(matches(new Uint8Array(), macOf(ring, 'p1', secret))).toBe(false)
  })

  it('of nobody is as long as a real one and matches no secret', () => {
    expect(dummyMac.length).toBe(macOf(ring, ring.activeId, secret).length)
    expect(matches(macOf(ring, ring.activeId, secret), dummyMac)).toBe(false)
  })

  it('ring needs its active pepper', () => {
    expect(() => pepperRing({ ...material, activeId: 'p3' })).toThrow('active pepper')
  })
})
