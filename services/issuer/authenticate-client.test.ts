import type { PrincipalRights } from '@chancery/domain'
import { describe, expect, it } from 'vitest'
import { authenticateClient, macsOf } from './authenticate-client.ts'
import { identifyClient } from './identify-client.ts'
import { at, basic, importedSecret, ownSecret, peppers, principalRights, secretRights, tokenRequest } from './spec.ts'

const presented = (pair: string) => {
  const identified = identifyClient(tokenRequest({}, basic(pair)))
  return identified.accepted ? macsOf(identified.value, peppers) : []
}
const authenticate = (principal: PrincipalRights | undefined, pair: string, now = at): string | undefined =>
  authenticateClient(principal, presented(pair), now)?.secretId

const loader = principalRights()
const imported = principalRights({ secrets: [secretRights(importedSecret, { isImported: true, secretId: 'imported' })] })

describe('a client', () => {
  it('is known by a live secret of its own', () => {
    expect(authenticate(loader, `c-loader:${ownSecret}`)).toBe(loader.secrets[0]?.secretId)
    expect(authenticate(loader, ownSecret)).toBe(loader.secrets[0]?.secretId)
  })

  it('is not known by another secret, or one that differs in its last character', () => {
    expect(authenticate(loader, 'c-loader:wrong')).toBeUndefined()
    expect(authenticate(loader, `c-loader:${ownSecret.slice(0, -1)}`)).toBeUndefined()
    expect(authenticate(loader, `c-loader:${ownSecret}x`)).toBeUndefined()
    expect(authenticate(loader, 'c-loader:')).toBeUndefined()
  })

  it('is not known under another client id', () => {
    expect(authenticate(loader, `c-other:${ownSecret}`)).toBeUndefined()
  })

  it('is not known by a secret that has expired, to the millisecond', () => {
    const expiring = principalRights({ secrets: [secretRights(ownSecret, { expiresAt: at })] })
    expect(authenticate(expiring, ownSecret, at - 1)).toBeDefined()
    expect(authenticate(expiring, ownSecret, at)).toBeUndefined()
  })

  it('is known by a secret under any pepper of the ring, and by none under another', () => {
    expect(authenticate(principalRights({ secrets: [secretRights(ownSecret, { pepperId: 'p1' })] }), ownSecret)).toBeDefined()
    const lost = { ...secretRights(ownSecret), pepperId: 'gone' }
    expect(authenticate(principalRights({ secrets: [lost] }), ownSecret)).toBeUndefined()
  })

  it('is known by one of several secrets', () => {
    const several = principalRights({ secrets: [secretRights('a', { secretId: 's1' }), secretRights('b', { secretId: 's2' })] })
    expect(authenticate(several, 'c-loader:b')).toBe('s2')
  })

  it('is known by an imported secret sent raw or encoded', () => {
    expect(authenticate(imported, `c-loader:${importedSecret}`)).toBe('imported')
    expect(authenticate(imported, `c-loader:${encodeURIComponent(importedSecret)}`)).toBe('imported')
  })
})

describe('nobody', () => {
  it.each([undefined, principalRights({ secrets: [] })])('is known by anything, at any time', (principal) => {
    for (const now of [at, 0, -1, Number.NEGATIVE_INFINITY]) {
      for (const pair of [ownSecret, 'c-loader:wrong', ':', importedSecret]) expect(authenticate(principal, pair, now)).toBeUndefined()
    }
  })
})

describe('the MACs of what was presented', () => {
  it('are as many for a stranger as for a client: one for each reading and pepper', () => {
    expect(presented(`c-loader:${ownSecret}`).map(({ macs }) => [...macs.keys()])).toEqual([['p2', 'p1']])
    expect(presented(`c-stranger:${importedSecret}`).map(({ macs }) => [...macs.keys()])).toEqual([
      ['p2', 'p1'],
      ['p2', 'p1'],
    ])
  })
})
