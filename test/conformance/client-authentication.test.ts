import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type AdminApi,
  adminApi,
  createClient,
  createTenant,
  type PrincipalAnswer,
  type SecretAnswer,
  type TestClient,
} from '../harness/admin-api.ts'
import { type Service, startService } from '../harness/service.ts'
import { askToken, basic, claimsOf, escaped, expectRefusal, type Fields, type TokenCall } from './token-calls.ts'
import type { WireAnswer } from './wire.ts'

/** No credential of ours looks like this, but those of other servers do. */
const oddSecret = 's3c+ret/=%41:x'

describe('client authentication', { timeout: 60_000 }, () => {
  let service: Service
  let api: AdminApi
  let client: TestClient
  let other: TestClient

  beforeAll(async () => {
    service = await startService()
    api = adminApi(service.quickstart)
    client = await createClient(api, 'default')
    other = await createClient(api, 'default')
  }, 120_000)

  afterAll(() => service.stop())

  const ask = (call: TokenCall): Promise<WireAnswer> => askToken(service.quickstart.base_url, call)
  const byBasic = (value: string, fields: Fields = {}): Promise<WireAnswer> => ask({ headers: { authorization: value }, fields })
  const inBody = (clientId: string, secret: string): Fields => ({ client_id: clientId, client_secret: secret })
  const ownBody = (): Fields => inBody(client.client_id, client.secret)
  const expectClient = (answer: WireAnswer, { client_id }: { readonly client_id: string } = client): void =>
    expect(claimsOf(answer)).toMatchObject({ sub: client_id, client_id })

  /** A principal whose only secret came from elsewhere. Within a tenant a secret names one principal, so each has a tenant of its own. */
  const importing = async (value: string) => {
    const tenant = await createTenant(api)
    const settings = { kind: 'service', name: 'imported' }
    const principal = await api.create<PrincipalAnswer>(`tenants/${tenant}/principals`, settings)
    await api.create(`tenants/${tenant}/principals/${principal.id}/secrets`, { value })
    return { client_id: principal.client_id, path: `/t/${tenant}/oauth2/token` }
  }

  describe('by a secret of ours', () => {
    test('in the body', async () => {
      expectClient(await ask({ fields: ownBody() }))
    })

    test('by Basic, both halves raw', async () => {
      expectClient(await byBasic(basic(`${client.client_id}:${client.secret}`)))
    })

    test('by Basic, both halves form-encoded with every punctuation escaped', async () => {
      expect(escaped(client.client_id)).toContain('%2D')
      expect(escaped(client.secret)).toContain('%5F')
      expectClient(await byBasic(basic(`${escaped(client.client_id)}:${escaped(client.secret)}`)))
    })

    test('by Basic, one half encoded and the other raw', async () => {
      expectClient(await byBasic(basic(`${escaped(client.client_id)}:${client.secret}`)))
      expectClient(await byBasic(basic(`${client.client_id}:${escaped(client.secret)}`)))
    })

    test('by a scheme in any case and with more than one space', async () => {
      const value = basic(`${client.client_id}:${client.secret}`)
      expectClient(await byBasic(value.replace('Basic', 'bAsIc')))
      expectClient(await byBasic(value.replace('Basic ', 'Basic   ')))
    })

    test('is decoded once and not twice', async () => {
      const twice = `${client.client_id}:${escaped(escaped(client.secret))}`
      expectRefusal(await byBasic(basic(twice)), 401, 'invalid_client')
    })
  })

  describe('by an imported secret', () => {
    test.each([oddSecret, 'secret_with:colon', 'a+b plus', '100%25 sure', 'half-%2-way', 'pässwörd-✓'])(
      'reads %j in the body, by Basic raw and by Basic form-encoded',
      async (secret) => {
        const { path, ...imported } = await importing(secret)
        const tryBasic = (pair: string) => ask({ path, headers: { authorization: basic(pair) } })
        expectClient(await ask({ path, fields: inBody(imported.client_id, secret) }), imported)
        expectClient(await tryBasic(`${imported.client_id}:${secret}`), imported)
        expectClient(await tryBasic(`${escaped(imported.client_id)}:${escaped(secret)}`), imported)
        expectRefusal(await tryBasic(`${imported.client_id}:${secret}x`), 401, 'invalid_client')
        expectRefusal(await ask({ path, fields: inBody(imported.client_id, escaped(secret)) }), 401, 'invalid_client')
      },
    )

    test('reads a secret of which only the colon is escaped', async () => {
      const { path, ...imported } = await importing('secret_with:colon')
      expectClient(await ask({ path, headers: { authorization: basic(`${imported.client_id}:secret_with%3Acolon`) } }), imported)
    })

    test('agrees with the body whichever way the header is encoded', async () => {
      const { path, ...imported } = await importing(oddSecret)
      const fields = inBody(imported.client_id, oddSecret)
      const [raw, encoded] = [oddSecret, escaped(oddSecret)].map((secret) => ({ authorization: basic(`${imported.client_id}:${secret}`) }))
      expectClient(await ask({ path, fields, headers: { ...raw } }), imported)
      expectClient(await ask({ path, fields, headers: { ...encoded } }), imported)
      const decodedAgain = inBody(imported.client_id, 's3c ret/=A:x')
      expectRefusal(await ask({ path, fields: decodedAgain, headers: { ...encoded } }), 400, 'invalid_request')
    })

    test('alone is enough', async () => {
      const { path, ...imported } = await importing('import-without-an-id')
      expectClient(await ask({ path, fields: { client_secret: 'import-without-an-id' } }), imported)
      expectClient(await ask({ path, headers: { authorization: basic(':import-without-an-id') } }), imported)
      expectClient(await ask({ path, headers: { authorization: basic('import-without-an-id') } }), imported)
      expectRefusal(await ask({ fields: { client_secret: 'import-without-an-id' } }), 401, 'invalid_client')
    })
  })

  describe('by two methods at once', () => {
    test('passes when both say the same', async () => {
      expectClient(await byBasic(basic(`${client.client_id}:${client.secret}`), ownBody()))
      expectClient(await byBasic(basic(`${escaped(client.client_id)}:${escaped(client.secret)}`), ownBody()))
    })

    test('is refused when the ids or the secrets differ', async () => {
      const own = basic(`${client.client_id}:${client.secret}`)
      expectRefusal(await byBasic(own, inBody(other.client_id, client.secret)), 400, 'invalid_request')
      expectRefusal(await byBasic(own, inBody(client.client_id, other.secret)), 400, 'invalid_request')
      expectRefusal(await byBasic(own, { client_secret: other.secret }), 400, 'invalid_request')
      expectRefusal(await byBasic(own, inBody(other.client_id, other.secret)), 400, 'invalid_request')
    })

    test('passes with the same client_id alone in the body, and not with another one', async () => {
      const own = basic(`${client.client_id}:${client.secret}`)
      expectClient(await byBasic(own, { client_id: client.client_id }))
      expectRefusal(await byBasic(own, { client_id: other.client_id }), 400, 'invalid_request')
    })

    test('counts empty parameters beside Basic as omitted', async () => {
      expectClient(await byBasic(basic(`${client.client_id}:${client.secret}`), inBody('', '')))
    })

    test('is refused with an assertion beside a secret, whatever the assertion', async () => {
      const assertion = {
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: 'eyJhbGciOiJub25lIn0.e30.',
      }
      expectRefusal(await ask({ fields: { ...ownBody(), ...assertion } }), 400, 'invalid_request')
      expectRefusal(await byBasic(basic(`${client.client_id}:${client.secret}`), assertion), 400, 'invalid_request')
    })

    test.each(['Bearer stale.expired.token', 'bearer x', 'Bearer', 'Bearer '])(
      'ignores %j beside body credentials',
      async (authorization) => {
        expectClient(await byBasic(authorization, ownBody()))
      },
    )

    test('ignores a Bearer beside wrong credentials too, and sends no challenge', async () => {
      const answer = await byBasic('Bearer stale', inBody(client.client_id, 'wrong'))
      expectRefusal(answer, 401, 'invalid_client')
      expect(answer.headers).not.toHaveProperty('www-authenticate')
    })
  })

  describe('by a secret alone', () => {
    test('in the body without a client_id, or with an empty one', async () => {
      expectClient(await ask({ fields: { client_secret: client.secret } }))
      expectClient(await ask({ fields: inBody('', client.secret) }))
    })

    test('by Basic with and without the colon', async () => {
      expectClient(await byBasic(basic(`:${client.secret}`)))
      expectClient(await byBasic(basic(client.secret)))
      expectClient(await byBasic(basic(escaped(client.secret))))
    })

    test('finds nobody when it is wrong', async () => {
      const changed = `${client.secret.slice(0, -1)}${client.secret.endsWith('0') ? '1' : '0'}`
      for (const secret of [changed, 'nobody-has-this', client.secret.slice(0, 45)]) {
        expectRefusal(await ask({ fields: { client_secret: secret } }), 401, 'invalid_client')
        expectRefusal(await byBasic(basic(`:${secret}`)), 401, 'invalid_client')
      }
    })

    test("never speaks for another client's id", async () => {
      expectRefusal(await ask({ fields: inBody(other.client_id, client.secret) }), 401, 'invalid_client')
      expectRefusal(await byBasic(basic(`${other.client_id}:${client.secret}`)), 401, 'invalid_client')
    })
  })

  describe('that cannot be read', () => {
    test.each(['Basic !!!', 'Basic YQ=', 'Basic YWJjZ', 'Basic YQ==YQ==', 'Basic Y-_h', 'Basic =', 'Basic YQ== YQ=='])(
      'answers 400 to bad base64: %s',
      async (authorization) => {
        expectRefusal(await byBasic(authorization), 400, 'invalid_request')
      },
    )

    test.each([[[0xff, 0x3a, 0x61]], [[0x61, 0x3a, 0xc3]], [[0xc0, 0x80, 0x3a, 0x61]]])(
      'answers 400 to Basic that is not UTF-8: %j',
      async (bytes) => {
        expectRefusal(await byBasic(basic(Uint8Array.from(bytes))), 400, 'invalid_request')
      },
    )

    test.each(['Digest username="x"', 'Negotiate YII', 'Nonsense', 'basic,'])(
      'answers 400 to another scheme: %s',
      async (authorization) => {
        expectRefusal(await byBasic(authorization, ownBody()), 400, 'invalid_request')
      },
    )

    test.each(['%', '%zz', '%ff', '%00', '\0', '\u0007', '__proto__', 'constructor', "'; --", 'ü'])(
      'answers 401 to a client_id or a secret that nobody can have: %j',
      async (text) => {
        expectRefusal(await ask({ fields: inBody(text, text) }), 401, 'invalid_client')
        expectRefusal(await byBasic(basic(`${text}:${text}`)), 401, 'invalid_client')
        expectRefusal(await byBasic(basic(`${text}:${client.secret}`)), 401, 'invalid_client')
      },
    )
  })

  describe('that is missing', () => {
    test('answers 401 without a challenge', async () => {
      for (const answer of [await ask({}), await ask({ fields: { client_id: client.client_id } }), await byBasic('Bearer x')]) {
        expectRefusal(answer, 401, 'invalid_client')
        expect(answer.headers).not.toHaveProperty('www-authenticate')
      }
    })
  })

  describe('that fails', () => {
    const refused = async (clientId: string, secret: string, path = '/oauth2/token') => {
      const answers = [
        await ask({ path, fields: inBody(clientId, secret) }),
        await ask({ path, headers: { authorization: basic(`${clientId}:${secret}`) } }),
      ]
      return answers.map(({ status, headers, text }) => ({ status, headers: { ...headers, date: undefined }, text }))
    }

    test('is challenged where Basic was used and only there', async () => {
      const [body, header] = await refused(client.client_id, 'wrong')
      expect(body?.headers).not.toHaveProperty('www-authenticate')
      expect(header?.headers['www-authenticate']).toMatch(/^Basic realm="[^"]+"/)
    })

    test('tells nothing about why: unknown, wrong, revoked, expired, disabled, deleted and suspended answer alike', async () => {
      const tenant = await createTenant(api)
      const strange = await refused(crypto.randomUUID(), 'wrong-secret')
      const [inBodyAnswer, byBasicAnswer] = strange
      expect([inBodyAnswer?.status, byBasicAnswer?.status]).toEqual([401, 401])
      expect(inBodyAnswer?.text).toBe('{"error":"invalid_client","error_description":"Client authentication failed"}')
      expect(await refused(client.client_id, 'wrong-secret')).toEqual(strange)
      expect(await refused(client.client_id, other.secret)).toEqual(strange)
      expect(await refused(client.client_id, '')).toEqual([expect.objectContaining({ status: 401 }), byBasicAnswer])

      const revoked = await createClient(api, 'default')
      await api.call('DELETE', `tenants/default/principals/${revoked.id}/secrets/${revoked.secretId}`)
      expect(await refused(revoked.client_id, revoked.secret)).toEqual(strange)

      const disabled = await createClient(api, 'default')
      await api.call('PATCH', `tenants/default/principals/${disabled.id}`, { enabled: false })
      expect(await refused(disabled.client_id, disabled.secret)).toEqual(strange)

      const deleted = await createClient(api, 'default')
      await api.call('DELETE', `tenants/default/principals/${deleted.id}`)
      expect(await refused(deleted.client_id, deleted.secret)).toEqual(strange)

      const path = `/t/${tenant}/oauth2/token`
      const member = await createClient(api, tenant)
      expectClient(await ask({ path, fields: inBody(member.client_id, member.secret) }), member)
      expect(await api.call('PATCH', `tenants/${tenant}`, { status: 'suspended' })).toMatchObject({ status: 200 })
      expect(await refused(member.client_id, member.secret, path)).toEqual(strange)
      expect(await refused(member.client_id, 'wrong-secret', path)).toEqual(strange)
      expect(await api.call('DELETE', `tenants/${tenant}`)).toMatchObject({ status: 204 })
      expect(await refused(member.client_id, member.secret, path)).toEqual(strange)
    })

    test('a secret works until it expires and then fails like a wrong one', async () => {
      const brief = await createClient(api, 'default')
      const { secret } = await api.create<SecretAnswer>(`tenants/default/principals/${brief.id}/secrets`, { lifetime_seconds: 2 })
      expectClient(await ask({ fields: inBody(brief.client_id, secret) }), brief)
      const strange = await refused(crypto.randomUUID(), 'wrong-secret')
      await expect.poll(() => refused(brief.client_id, secret), { timeout: 20_000 }).toEqual(strange)
      expectClient(await ask({ fields: inBody(brief.client_id, brief.secret) }), brief)
    })

    test('an old secret works beside a new one until it is revoked', async () => {
      const rotating = await createClient(api, 'default')
      const secrets = `tenants/default/principals/${rotating.id}/secrets`
      const { secret } = await api.create<SecretAnswer>(secrets, {})
      expectClient(await ask({ fields: inBody(rotating.client_id, secret) }), rotating)
      expectClient(await ask({ fields: inBody(rotating.client_id, rotating.secret) }), rotating)
      await api.call('DELETE', `${secrets}/${rotating.secretId}`)
      expectRefusal(await ask({ fields: inBody(rotating.client_id, rotating.secret) }), 401, 'invalid_client')
      expectClient(await ask({ fields: inBody(rotating.client_id, secret) }), rotating)
    })
  })
})
