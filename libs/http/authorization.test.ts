import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAuthorization, parseBasic } from './authorization.ts'

const basic = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

describe('an Authorization header', () => {
  it.each([
    [undefined, undefined],
    ['Basic YTpi', { scheme: 'basic', value: 'YTpi' }],
    ['bAsIc YTpi', { scheme: 'basic', value: 'YTpi' }],
    ['  Bearer   abc  ', { scheme: 'bearer', value: 'abc' }],
    ['Bearer', { scheme: 'bearer', value: '' }],
    ['', { scheme: '', value: '' }],
    ['Digest a=b, c=d', { scheme: 'digest', value: 'a=b, c=d' }],
  ])('of %j is %j', (header, expected) => {
    expect(parseAuthorization(header)).toEqual(expected)
  })
})

describe('a Basic value', () => {
  it.each([
    ['my id:s3c+ret/=%41:x', { user: 'my id', password: 's3c+ret/=%41:x' }],
    ['my+id:s3c%2Bret%2F%3D%2541%3Ax', { user: 'my+id', password: 's3c%2Bret%2F%3D%2541%3Ax' }],
    [':pat', { user: '', password: 'pat' }],
    ['justsecret', { user: '', password: 'justsecret' }],
    ['id:', { user: 'id', password: '' }],
    ['ü:ß', { user: 'ü', password: 'ß' }],
  ])('of %j is split at its first colon and not decoded', (text, pair) => {
    expect(parseBasic(basic(text))).toEqual({ accepted: true, value: pair })
  })

  it('may leave its padding out', () => {
    expect(parseBasic('YTpi')).toEqual(parseBasic(basic('a:b')))
    expect(parseBasic('YTpiYg')).toEqual(parseBasic('YTpiYg=='))
  })

  it.each(['a:b', 'YTpi*', 'YTpi=x', 'YTpi YTpi', 'YTp-', 'YTp_', 'A', 'YTpiY', 'YTpi=', '====', 'YTpiYg='])(
    'of %j is no base64',
    (value) => {
      expect(parseBasic(value)).toEqual({ accepted: false, reason: 'bad_base64' })
    },
  )

  it('is refused when its bytes are not UTF-8', () => {
    expect(parseBasic(Buffer.of(0x61, 0x3a, 0xff).toString('base64'))).toEqual({ accepted: false, reason: 'not_utf8' })
  })

  it('reads back any pair whose id has no colon', () => {
    const user = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes(':'))
    fc.assert(
      fc.property(user, fc.string({ unit: 'grapheme' }), (id, password) => {
        expect(parseBasic(basic(`${id}:${password}`))).toEqual({ accepted: true, value: { user: id, password } })
      }),
    )
  })

  it('is read or refused in a time that grows with its length only', () => {
    expect(parseBasic(`${'A'.repeat(60_000)}*`)).toEqual({ accepted: false, reason: 'bad_base64' })
  })
})
