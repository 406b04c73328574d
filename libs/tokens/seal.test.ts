import { Fault } from '@chancery/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Keyring, open, resealNeeded, seal } from './seal.ts'

const keyOf = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const ring: Keyring = { activeId: 'm1', keys: new Map([['m1', keyOf(1)]]) }
const rotated: Keyring = {
  activeId: 'm2',
  keys: new Map([
    ['m2', keyOf(2)],
    ['m1', keyOf(1)],
  ]),
}
const context = 'tenant-1/kid-1'
const text = Buffer.from('a private key')

const codeOf = (attempt: () => unknown): string | undefined => {
  try {
    attempt()
    return undefined
  } catch (error) {
    return error instanceof Fault ? error.code : String(error)
  }
}

describe('a seal', () => {
  it('opens with the key and context it was made with', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.string(), (plaintext, about) => {
        expect(Buffer.from(open(ring, seal(ring, plaintext, about), about))).toEqual(Buffer.from(plaintext))
      }),
    )
  })

  it('names its key, so that it opens after a rotation and asks to be made again', () => {
    const sealed = seal(ring, text, context)
    expect(Buffer.from(open(rotated, sealed, context))).toEqual(text)
    expect(resealNeeded(ring, sealed)).toBe(false)
    expect(resealNeeded(rotated, sealed)).toBe(true)
    expect(resealNeeded(rotated, seal(rotated, text, context))).toBe(false)
  })

  it('is never the same twice and never shows the text', () => {
    const sealed = seal(ring, text, context)
    expect(seal(ring, text, context)).not.toBe(sealed)
    expect(Buffer.from(sealed.slice('v1:m1:'.length), 'base64url').includes(text)).toBe(false)
  })

  it('does not open in another context', () => {
    expect(codeOf(() => open(ring, seal(ring, text, context), 'tenant-2/kid-1'))).toBe('unsealable')
  })

  it('does not open under an unknown master key', () => {
    expect(codeOf(() => open(ring, seal(rotated, text, context), context))).toBe('unknown_master_key')
  })

  it('does not open under another key of the same id', () => {
    const other: Keyring = { activeId: 'm1', keys: new Map([['m1', keyOf(9)]]) }
    expect(codeOf(() => open(other, seal(ring, text, context), context))).toBe('unsealable')
  })

  it('does not open with any character changed, cut off or added', () => {
    const sealed = seal(ring, text, context)
    for (let at = 0; at < sealed.length; at++) {
      const other = sealed[at] === 'A' ? 'B' : 'A'
      for (const changed of [sealed.slice(0, at), `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`]) {
        expect(codeOf(() => open(ring, changed, context))).toMatch(/^(unsealable|unknown_master_key)$/)
      }
    }
    expect(codeOf(() => open(ring, `${sealed}A`, context))).toBe('unsealable')
    expect(codeOf(() => open(ring, `${sealed}=`, context))).toBe('unsealable')
  })

  it('says unsealable to text that is no seal, also when asked whether it needs a new one', () => {
    for (const text of ['', 'v1:m1:', 'v2:m1:AAAA', 'm1:AAAA', 'v1:m1:AAAA']) {
      expect(codeOf(() => open(ring, text, context))).toBe('unsealable')
      expect(codeOf(() => resealNeeded(ring, text))).toBe('unsealable')
    }
  })
})
