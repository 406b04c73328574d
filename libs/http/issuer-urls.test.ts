import { describe, expect, it } from 'vitest'
import { issuerUrls } from './issuer-urls.ts'

describe('the URLs of a server', () => {
  it('start from the public URL without what trails it', () => {
    for (const publicUrl of ['https://auth.example', 'https://auth.example/', 'https://auth.example//', 'https://auth.example/?a=b#c']) {
      expect(issuerUrls(publicUrl).base).toBe('https://auth.example')
    }
    expect(issuerUrls('https://auth.example/chancery/').base).toBe('https://auth.example/chancery')
    expect(issuerUrls('http://127.0.0.1:8181').base).toBe('http://127.0.0.1:8181')
  })

  it('are not made from what is no URL', () => {
    expect(() => issuerUrls('auth.example')).toThrow(TypeError)
  })

  it('give a tenant the origin of its first host, or a path below the public URL', () => {
    const urls = issuerUrls('https://auth.example/chancery')
    expect(urls.issuerOf({ name: 'acme', hosts: [] })).toBe('https://auth.example/chancery/t/acme')
    expect(urls.issuerOf({ name: 'acme', hosts: ['acme.example', 'other.example'] })).toBe('https://acme.example')
  })

  it('take scheme and port of a host from the public URL where the host names none', () => {
    expect(issuerUrls('http://127.0.0.1:8181').originOf('acme.example')).toBe('http://acme.example:8181')
    expect(issuerUrls('http://127.0.0.1:8181').originOf('acme.example:9000')).toBe('http://acme.example:9000')
    expect(issuerUrls('https://auth.example').originOf('acme.example')).toBe('https://acme.example')
  })
})

describe('the server’s own host', () => {
  const urls = issuerUrls('https://auth.example:8443')

  it.each([
    'auth.example:8443',
    'auth.example',
    'auth.example:1',
    'localhost',
    'localhost:8181',
    '127.0.0.1',
    '10.1.2.3:80',
    '[::1]',
    '[::1]:8181',
  ])('is %s', (host) => {
    expect(urls.isOwnHost(host)).toBe(true)
  })

  it.each(['acme.example', 'auth.example.evil', 'xauth.example', 'localhost.evil', '127.0.0.1.evil', '1.2.3', '', ':8443'])(
    'is not %s',
    (host) => {
      expect(urls.isOwnHost(host)).toBe(false)
    },
  )
})
