import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from './json.ts'
import { type RecordingServer, recordingServer } from './recording-server.ts'
import { madeKey } from './signed-token.ts'
import { clientSecret, quickstartAt, type } from './terminal.ts'

const now = 1_800_000_000_000
const seconds = now / 1000

describe('token', () => {
  let server: RecordingServer
  let issuer: string
  beforeAll(async () => {
    server = await recordingServer()
    issuer = `${server.url}/t/acme`
    server.answer('GET /t/acme/.well-known/openid-configuration', { body: { issuer, jwks_uri: 'http://127.0.0.1:9/unused' } })
  })
  afterAll(() => server.close())
  beforeEach(() => server.requests.splice(0))

  const lastForm = (): JsonObject => Object.fromEntries(new URLSearchParams(String(server.requests.at(-1)?.body)))

  describe('get', () => {
    const answer = { access_token: 'the-token', token_type: 'Bearer', expires_in: 3600 }

    it.each([
      ['iceberg', '/t/acme/v1/oauth/tokens'],
      ['polaris', '/t/acme/api/catalog/v1/oauth/tokens'],
      ['databricks', '/t/acme/oidc/v1/token'],
      ['dremio', '/t/acme/oauth/token'],
      ['plain', '/t/acme/oauth2/token'],
    ])('--dialect %s asks %s as the client of quickstart.json', async (dialect, path) => {
      server.answer(`POST ${path}`, { body: answer })
      const { code, stdout } = await type(['token', 'get', '--dialect', dialect, '--scope', 'a b', '--audience', 'x'], {
        files: quickstartAt(server.url),
      })
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'the-token\n' })
      expect(server.requests.map(({ url, authorization }) => ({ url, authorization }))).toEqual([{ url: path, authorization: undefined }])
      expect(lastForm()).toEqual({
        grant_type: 'client_credentials',
        client_id: 'c1',
        client_secret: clientSecret,
        scope: 'a b',
        audience: 'x',
      })
    })

    it('--json prints the whole answer', async () => {
      server.answer('POST /t/acme/oauth2/token', { body: answer })
      expect(JSON.parse((await type(['token', 'get', '--json'], { files: quickstartAt(server.url) })).stdout)).toEqual(answer)
    })

    it('takes another client with its secret from a file, stdin or the environment', async () => {
      const files = { ...quickstartAt(server.url), '/run/s': 'file+secret\n' }
      const get = ['token', 'get', '--client-id', 'c2']
      await type([...get, '--client-secret-file', '/run/s'], { files, env: { CHANCERY_CLIENT_SECRET: 'env-secret' } })
      expect(lastForm()).toMatchObject({ client_id: 'c2', client_secret: 'file+secret' })
      await type([...get, '--client-secret-file', '-'], { files, stdin: 'stdin-secret' })
      expect(lastForm()).toMatchObject({ client_secret: 'stdin-secret' })
      await type(get, { files, env: { CHANCERY_CLIENT_SECRET: 'env-secret' } })
      expect(lastForm()).toMatchObject({ client_secret: 'env-secret' })
    })

    it('repeats what the server refused, without the secret', async () => {
      const body = { error: 'invalid_client', error_description: `The client is not known (${clientSecret}).` }
      server.answer('POST /t/acme/oauth2/token', { status: 401, body })
      expect(await type(['token', 'get'], { files: quickstartAt(server.url) })).toEqual({
        code: 1,
        stdout: '',
        stderr: 'chancery: The client is not known ([hidden]) (invalid_client)\n',
      })
    })
  })

  describe('inspect', () => {
    const inspect = async (token: string, ...options: readonly string[]) => {
      const { code, stdout, stderr } = await type(['token', 'inspect', token, '--json', ...options], {
        files: quickstartAt(server.url),
        now: () => now,
      })
      const answer: unknown = stdout === '' ? undefined : JSON.parse(stdout)
      return { code, answer, stderr }
    }
    const publish = (...jwks: readonly JsonObject[]) => server.answer('GET /t/acme/.well-known/jwks.json', { body: { keys: jwks } })
    const claims = () => ({ iss: issuer, sub: 's', exp: seconds + 60 })

    it.each(['ES256', 'RS256', 'EdDSA'] as const)('verifies %s with the key of the issuer', async (alg) => {
      const key = madeKey(alg)
      publish(madeKey('ES256', 'other').jwk, key.jwk)
      const { code, answer } = await inspect(key.token(claims()))
      expect(code).toBe(0)
      expect(answer).toEqual({ header: { alg, kid: 'k1', typ: 'at+jwt' }, claims: claims(), valid: true })
    })

    const key = madeKey('ES256')
    const cases: readonly (readonly [string, () => string, string])[] = [
      ['another key of the same name', () => madeKey('ES256').token(claims()), 'the signature is wrong'],
      ['a key that is not published', () => madeKey('ES256', 'k2').token(claims()), 'the key k2 is not in JWKS'],
      ['no algorithm', () => key.token(claims(), { alg: 'none' }), 'the algorithm none proves nothing'],
      ['an algorithm of another kind of key', () => key.token(claims(), { alg: 'RS256' }), 'the key k1 is not one for RS256'],
      ['a shared secret', () => key.token(claims(), { alg: 'HS256' }), 'the algorithm HS256 proves nothing'],
      [
        'another issuer',
        () => key.token({ ...claims(), iss: 'https://x.example' }),
        'it was issued by https://x.example; the issuer of the tenant acme is ',
      ],
      ['its time over', () => key.token({ ...claims(), exp: seconds - 5 }), 'it expired 5 s ago'],
      ['no end', () => key.token({ iss: issuer }), 'it never expires'],
    ]

    it.each(cases)('says of a token with %s that it is not valid, exit code 1', async (_, token, reason) => {
      publish(key.jwk)
      const { code, answer } = await inspect(token())
      expect(code).toBe(1)
      expect(answer).toMatchObject({ valid: false, reason: expect.stringContaining(reason) })
    })

    it('uses no key for an algorithm that it was not published for', async () => {
      const rsa = madeKey('RS256')
      publish({ ...rsa.jwk, alg: 'PS256' })
      expect((await inspect(rsa.token(claims()))).answer).toMatchObject({ valid: false, reason: 'the key k1 is not one for RS256' })
      const { alg: _, ...unnamed } = key.jwk
      publish(unnamed)
      expect((await inspect(key.token(claims(), { alg: 'RS256' }))).answer).toMatchObject({
        valid: false,
        reason: 'the key k1 is not one for RS256',
      })
      expect((await inspect(key.token(claims()))).answer).toMatchObject({ valid: true })
    })

    it('reads stdin when there is no argument', async () => {
      publish(key.jwk)
      const { code, stdout } = await type(['token', 'inspect'], {
        files: quickstartAt(server.url),
        stdin: `${key.token(claims())}\n`,
        now: () => now,
      })
      expect(code).toBe(0)
      expect(stdout).toContain('valid: the signature is right')
    })

    it('--offline decodes and asks nobody', async () => {
      const { code, answer } = await inspect(key.token(claims()), '--offline')
      expect({ code, answer }).toEqual({ code: 0, answer: { header: { alg: 'ES256', kid: 'k1', typ: 'at+jwt' }, claims: claims() } })
      expect(server.requests).toEqual([])
    })

    it.each(['', 'a', 'a.b.c', 'e30.e30', `${Buffer.from('[]').toString('base64url')}.e30.x`])('takes %j for no JWT', async (text) =>
      expect(await inspect(text)).toEqual({ code: 1, answer: undefined, stderr: 'chancery: this is not a JWT (not_a_jwt)\n' }),
    )
  })
})
