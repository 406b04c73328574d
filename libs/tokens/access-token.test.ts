import { describe, expect, it } from 'vitest'
import { type AccessTokenClaims, isAccessTokenClaims, parseRestsOn, reservedClaims, restsOn, restsOnAll } from './access-token.ts'

const claims: AccessTokenClaims = {
  iss: 'https://chancery.example/t/acme',
  sub: 'p1',
  aud: ['catalog'],
  exp: 2,
  iat: 1,
  jti: 'j1',
  client_id: 'c1',
  act: { sub: 'p2', act: { sub: 'p3' } },
  tid: 'acme',
  lin: 'l1',
  sst: 1,
  use: 'access',
  on: ['tenant:t1', 'principal:p1@7'],
}

describe('reserved claims', () => {
  it('cover identity, rights, delegation, binding and everything of ours', () => {
    for (const name of ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'act', 'may_act', 'tid', 'scope', 'cnf', 'client_id']) {
      expect(reservedClaims).toContain(name)
    }
    for (const name of ['wid', 'lin', 'sst', 'use', 'on', 'roles', 'entitlements']) expect(reservedClaims).toContain(name)
    expect(reservedClaims).not.toContain('preferred_username')
  })
})

describe('claims of an access token', () => {
  it('are recognised, beside claims that a resource asked for', () => {
    expect(isAccessTokenClaims(claims)).toBe(true)
    expect(isAccessTokenClaims({ ...claims, aud: 'catalog', groups: ['a'] })).toBe(true)
  })

  it.each([
    ['without a subject', { sub: undefined }],
    ['with a time in text', { exp: '2' }],
    ['of another use', { use: 'id' }],
    ['with an audience of numbers', { aud: [1] }],
    ['with an actor without subject', { act: { sub: 'p2', act: {} } }],
    ['resting on something unknown', { on: ['planet:earth'] }],
  ])('are refused %s', (_, change) => {
    expect(isAccessTokenClaims({ ...claims, ...change })).toBe(false)
  })

  it.each([null, [], 'text', 1, undefined])('are not %j', (value) => {
    expect(isAccessTokenClaims(value)).toBe(false)
  })
})

describe('what a token rests on', () => {
  it('is written as kind, id and version, and read back', () => {
    expect(restsOn('tenant', 't1')).toBe('tenant:t1')
    expect(restsOn('principal', 'p1', 7)).toBe('principal:p1@7')
    expect(parseRestsOn('tenant:t1')).toEqual({ kind: 'tenant', id: 't1' })
    expect(parseRestsOn('principal:p1@7')).toEqual({ kind: 'principal', id: 'p1', version: 7 })
  })

  it.each(['', 'tenant', 'tenant:', 'planet:t1', 'tenant:t1@', 'tenant:t1@x', 'tenant:t1@07', 'tenant:t1@-1', 'tenant:t1@1@2'])(
    'is not %j',
    (text) => {
      expect(parseRestsOn(text)).toBeUndefined()
    },
  )

  it('has no id that could be read as another id with a version', () => {
    expect(() => restsOn('principal', 'p1@7')).toThrow('no @')
  })

  it('lists each thing once, at the lowest version, in order of first appearance', () => {
    const all = restsOnAll(['principal:p1@7', 'tenant:t1', 'principal:p2@1', 'principal:p1@5', 'principal:p1@9', 'tenant:t1'])
    expect(all).toEqual(['principal:p1@5', 'tenant:t1', 'principal:p2@1'])
  })
})
