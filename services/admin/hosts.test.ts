import { describe, expect, it } from 'vitest'
import { normalHosts } from './hosts.ts'

describe('a host', () => {
  it.each([
    ['Catalog.Example.COM', 'catalog.example.com'],
    ['catalog.example.com:8181', 'catalog.example.com:8181'],
    ['my_service', 'my_service'],
    ['127.0.0.1:80', '127.0.0.1:80'],
    ['[::1]', '[::1]'],
    ['[2001:DB8::1]:8443', '[2001:db8::1]:8443'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
  ])('%s is taken as %s', (host, normal) => {
    expect(normalHosts([host])).toEqual({ accepted: true, value: [normal] })
  })

  it.each([
    '',
    ' ',
    'a b',
    'https://a',
    'a/b',
    'a:0',
    'a:65536',
    'a:080',
    'a:',
    ':80',
    '-a',
    'a-',
    'a..b',
    'a.',
    '.a',
    'ä.example',
    '::1',
    '[::1',
    '[::1%eth0]',
    '[1.2.3.4]',
    '[]',
    'a@b',
    '*.example',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(126)}aa`,
  ])('%j is refused', (host) => {
    expect(normalHosts([host])).toMatchObject({ accepted: false, reason: 'host_invalid' })
  })

  it('is kept once, however it is spelled', () => {
    expect(normalHosts(['a.example', 'A.example', 'b.example'])).toEqual({ accepted: true, value: ['a.example', 'b.example'] })
  })
})
