import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFormText, type Form, parseForm } from './form.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8')
const read = (text: string): unknown => {
  const parsed = parseForm(bytes(text))
  return parsed.accepted ? Object.fromEntries(parsed.value) : parsed.reason
}

describe('a form', () => {
  it.each([
    ['', {}],
    ['a=1', { a: '1' }],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=&b', { a: '', b: '' }],
    ['&&a=1&&', { a: '1' }],
    ['a=x+y&b=x%20y&c=x%2By', { a: 'x y', b: 'x y', c: 'x+y' }],
    ['scope=PRINCIPAL_ROLE:ALL', { scope: 'PRINCIPAL_ROLE:ALL' }],
    ['resource=https%3A%2F%2Fres%2Fx&u=https://res/x', { resource: 'https://res/x', u: 'https://res/x' }],
    ['a=caf%C3%A9&b=café', { a: 'café', b: 'café' }],
    ['scope%5B%5D=1&scope[x]=2', { 'scope[]': '1', 'scope[x]': '2' }],
  ])('reads %j', (text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  it.each([
    ['a=1&a=2', 'repeated_parameter'],
    ['a=1&a=1', 'repeated_parameter'],
    ['a&a', 'repeated_parameter'],
    ['a=1&%61=2', 'repeated_parameter'],
    ['unknown=1&b=2&unknown=3', 'repeated_parameter'],
    ['a=%', 'bad_encoding'],
    ['a=%4', 'bad_encoding'],
    ['a=%zz', 'bad_encoding'],
    ['%ff=1', 'bad_encoding'],
    ['a=%C3%28', 'bad_encoding'],
    ['a=%ED%A0%80', 'bad_encoding'],
  ])('of %j is refused as %s', (text, reason) => {
    expect(read(text)).toBe(reason)
  })

  it('is refused when its bytes are not UTF-8', () => {
    expect(parseForm(Uint8Array.of(0x61, 0x3d, 0xff))).toEqual({ accepted: false, reason: 'not_utf8' })
  })

  it('holds names that mean something to objects as names like any other', () => {
    const form = parseForm(bytes('__proto__=1&constructor=2&toString=3'))
    expect(form).toEqual({
      accepted: true,
      value: new Map([
        ['__proto__', '1'],
        ['constructor', '2'],
        ['toString', '3'],
      ]),
    })
  })

  it('has 64 parameters at most', () => {
    const of = (count: number): string => Array.from({ length: count }, (_, index) => `p${index}=`).join('&')
    expect(Object.keys(Object(read(of(64))))).toHaveLength(64)
    expect(read(of(65))).toBe('too_many_parameters')
    expect(read(of(30_000))).toBe('too_many_parameters')
  })

  it('has names of 256 characters and values of 32,768 at most, counted after decoding', () => {
    expect(read(`${'a'.repeat(256)}=${'%41'.repeat(32_768)}`)).toEqual({ ['a'.repeat(256)]: 'A'.repeat(32_768) })
    expect(read(`${'a'.repeat(257)}=1`)).toBe('parameter_too_long')
    expect(read(`a=${'b'.repeat(32_769)}`)).toBe('parameter_too_long')
  })

  it('reads back what any client writes, in both ways of writing a space', () => {
    const entry = fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 40 }))
    const entries = fc.uniqueArray(entry, { selector: ([name]) => name, maxLength: 20 })
    fc.assert(
      fc.property(entries, fc.boolean(), (pairs, isPlus) => {
        const form = new URLSearchParams(pairs).toString()
        const parsed = parseForm(bytes(isPlus ? form : form.replaceAll('+', '%20')))
        expect(parsed).toEqual({ accepted: true, value: new Map(pairs) })
      }),
    )
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        expect([true, false]).toContain(parseForm(body).accepted)
      }),
    )
    const grammar = fc.array(fc.constantFrom('a', 'b', '=', '&', '%', '%41', '%C3', '%A9', '+', '[]', '__proto__'), { maxLength: 30 })
    fc.assert(
      fc.property(grammar, (pieces) => {
        const parsed = parseForm(bytes(pieces.join('')))
        const form: Form = parsed.accepted ? parsed.value : new Map()
        for (const value of form.values()) expect(value.isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('form text', () => {
  it('is decoded once, and never guessed at', () => {
    expect(decodeFormText('my+id')).toBe('my id')
    expect(decodeFormText('%2525')).toBe('%25')
    expect(decodeFormText('100%')).toBeUndefined()
  })
})
