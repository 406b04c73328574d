import { mintSecret } from '@chancery/tokens'
import { describe, expect, it } from 'vitest'
import { identifyClient } from './identify-client.ts'
import { basic, importedSecret, ownSecret, secretId, tokenRequest } from './spec.ts'

const id = '7d0c4c2e-1b5f-4f0e-9a53-6d1f0d6e8f11'
const own = { clientId: id, secretText: ownSecret, secretId }
const raw = { clientId: 'my id', secretText: importedSecret, secretId: undefined }

const read = (form: Readonly<Record<string, string>>, authorization?: string) => {
  const identified = identifyClient(tokenRequest(form, authorization))
  return identified.accepted ? identified.value : identified.reason
}
const byBasic = (...readings: unknown[]) => ({ readings, usedBasic: true })
const byBody = (...readings: unknown[]) => ({ readings, usedBasic: false })

/** What encodeURIComponent leaves alone and Nimbus, openid-client or badgateway do not. */
const encodedThoroughly = (text: string): string => text.replace(/[^A-Za-z0-9]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)

describe('a client that uses Basic', () => {
  it('may send its pair raw (PyIceberg, Java, curl)', () => {
    expect(read({}, basic(`${id}:${ownSecret}`))).toEqual(byBasic(own))
  })

  it('may send it form-urlencoded (openid-client, Go), of which one decoding decides for a secret of ours', () => {
    expect(read({}, basic(`${encodedThoroughly(id)}:${encodedThoroughly(ownSecret)}`))).toEqual(byBasic(own))
    expect(read({}, basic(`${id}:${encodedThoroughly(ownSecret)}`))).toEqual(byBasic(own))
    expect(read({}, basic(`${encodedThoroughly(id)}:${ownSecret}`))).toEqual(byBasic(own))
  })

  it('is read both ways with a secret from elsewhere', () => {
    expect(read({}, basic('my+id:s3c%2Bret%2F%3D%2541%3Ax'))).toEqual(
      byBasic({ ...raw, clientId: 'my+id', secretText: 's3c%2Bret%2F%3D%2541%3Ax' }, raw),
    )
    expect(read({}, basic(`my id:${importedSecret}`))).toEqual(byBasic(raw, { ...raw, secretText: 's3c ret/=A:x' }))
  })

  it('may have encoded only a part (badgateway)', () => {
    expect(read({}, basic('my id:s3cret/=%3Ax'))).toEqual(
      byBasic({ ...raw, secretText: 's3cret/=%3Ax' }, { ...raw, secretText: 's3cret/=:x' }),
    )
  })

  it('is read raw only where decoding makes no text', () => {
    for (const secretText of ['100%', '%ff', '%zz']) expect(read({}, basic(`my id:${secretText}`))).toEqual(byBasic({ ...raw, secretText }))
  })

  it('may have a colon in its secret', () => {
    expect(read({}, basic('client:secret_with:colon'))).toEqual(byBasic({ ...raw, clientId: 'client', secretText: 'secret_with:colon' }))
  })

  it.each([`:${ownSecret}`, ownSecret])('may have only a secret, with the colon or without (%#)', (pair) => {
    expect(read({}, basic(pair))).toEqual(byBasic({ ...own, clientId: undefined }))
  })

  it.each(['a:b', '*', 'YTpi*', ''.padEnd(5, 'A')])('is malformed with %j', (value) => {
    expect(read({}, `Basic ${value}`)).toBe('authorization_malformed')
  })

  it('is malformed when its bytes are not UTF-8', () => {
    expect(read({}, `Basic ${Buffer.of(0xff, 0x3a, 0x61).toString('base64')}`)).toBe('authorization_malformed')
  })
})

describe('a client that uses the body', () => {
  it('is read as it stands there', () => {
    expect(read({ client_id: id, client_secret: ownSecret })).toEqual(byBody(own))
    expect(read({ client_id: 'my id', client_secret: importedSecret })).toEqual(byBody(raw))
  })

  it('may leave its id out, or empty (iceberg-go)', () => {
    expect(read({ client_secret: ownSecret })).toEqual(byBody({ ...own, clientId: undefined }))
    expect(read({ client_id: '', client_secret: ownSecret })).toEqual(byBody({ ...own, clientId: undefined }))
  })

  it('may send the token it had beside it (Iceberg Java, PyIceberg)', () => {
    expect(read({ client_id: id, client_secret: ownSecret }, 'Bearer stale.token.here')).toEqual(byBody(own))
    expect(read({ client_id: id, client_secret: ownSecret }, 'bearer')).toEqual(byBody(own))
  })

  it('has no credentials without a secret', () => {
    for (const form of [{}, { client_id: id }, { client_id: id, client_secret: '' }]) {
      expect(read(form)).toBe('no_credentials')
      expect(read(form, 'Bearer stale.token.here')).toBe('no_credentials')
    }
  })
})

describe('a client that authenticates twice', () => {
  const both = basic(`${id}:${ownSecret}`)

  it('passes when both say the same', () => {
    expect(read({ client_id: id, client_secret: ownSecret }, both)).toEqual(byBasic(own))
    expect(read({ client_id: id }, both)).toEqual(byBasic(own))
    expect(read({ client_id: '', client_secret: '' }, both)).toEqual(byBasic(own))
    expect(read({ client_id: id, client_secret: ownSecret }, basic(`${id}:${encodedThoroughly(ownSecret)}`))).toEqual(byBasic(own))
  })

  it('passes with the reading that agrees', () => {
    expect(read({ client_id: 'my id' }, basic('my+id:secret'))).toEqual(byBasic({ ...raw, secretText: 'secret' }))
    expect(read({ client_id: 'my+id' }, basic('my+id:secret'))).toEqual(byBasic({ ...raw, clientId: 'my+id', secretText: 'secret' }))
  })

  it.each([
    [{ client_id: 'other' }],
    [{ client_id: 'other', client_secret: ownSecret }],
    [{ client_id: id, client_secret: 'other' }],
    [{ client_secret: 'other' }],
  ])('fails when they differ: %j', (form) => {
    expect(read(form, both)).toBe('authentication_methods')
  })

  it('fails when the body names an id that Basic does not', () => {
    expect(read({ client_id: id }, basic(`:${ownSecret}`))).toBe('authentication_methods')
  })

  it('never sends an assertion beside a secret', () => {
    const assertion = { client_assertion: 'e30.e30.', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' }
    expect(read({ ...assertion, client_id: id, client_secret: ownSecret })).toBe('authentication_methods')
    expect(read(assertion, both)).toBe('authentication_methods')
  })
})

describe('anything else', () => {
  it.each(['Digest username="a"', 'Negotiate abc', 'x', ''])('as %j is malformed', (authorization) => {
    expect(read({ client_id: id, client_secret: ownSecret }, authorization)).toBe('authorization_malformed')
  })

  it('of ours but an OAuth secret has no secret id: a personal or operator token names no client', () => {
    for (const prefix of ['chp', 'cho'] as const) {
      const token = mintSecret(prefix, secretId, new Uint8Array(32).fill(9))
      expect(read({ client_secret: token })).toEqual(byBody({ clientId: undefined, secretText: token, secretId: undefined }))
    }
  })
})
