import { describe, expect, it } from 'vitest'
import { record, table } from './output.ts'

describe('output for a person', () => {
  it('aligns a list under the names of its columns', () => {
    const items = [
      { name: 'etl', enabled: true, roles: ['a', 'b'], granted: { ttl: 60 } },
      { name: 'longer-name', enabled: false, roles: [] },
    ]
    expect(table(items, ['name', 'enabled', 'roles', 'granted.ttl'])).toBe(
      ['name         enabled  roles  granted.ttl', 'etl          yes      a b    60', 'longer-name  no       -      -'].join('\n'),
    )
  })

  it('says so when a list is empty', () => expect(table([], ['name'])).toBe('none'))

  it('lets no control character of a name reach the terminal', () => {
    expect(record({ name: 'a\u001b[31mred\nfail  x\u202e' })).toBe('name  a\uFFFD[31mred\uFFFDfail  x\uFFFD')
  })

  it('writes nested members as JSON and missing ones as a dash', () =>
    expect(record({ claims: { env: { value: 'x' } }, name: null })).toBe('claims  {"env":{"value":"x"}}\nname    -'))
})
