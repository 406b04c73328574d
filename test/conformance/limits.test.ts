import { Buffer } from 'node:buffer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminApi, createClient, type TestClient } from '../harness/admin-api.ts'
import { type Service, startService } from '../harness/service.ts'
import { expectRefusal, formOf, formType, tokenIn } from './token-calls.ts'
import { answersIn, send, talk, type WireAnswer, type WireRequest } from './wire.ts'

describe('limits of the token endpoint', { timeout: 60_000 }, () => {
  let service: Service
  let client: TestClient
  /** A form that is answered with a token. */
  let good: string

  beforeAll(async () => {
    service = await startService()
    client = await createClient(adminApi(service.quickstart), 'default')
    good = formOf({ grant_type: 'client_credentials', client_id: client.client_id, client_secret: client.secret })
  }, 120_000)

  afterAll(() => service.stop())

  const post = (request: Partial<WireRequest>): Promise<WireAnswer> =>
    send(service.quickstart.base_url, { path: '/oauth2/token', headers: { 'content-type': formType }, body: good, ...request })

  /** What a socket of its own is answered. */
  const say = async (bytes: string | Uint8Array): Promise<WireAnswer[]> => answersIn(await talk(service.quickstart.base_url, bytes))

  const only = async (answers: Promise<WireAnswer[]>): Promise<WireAnswer> => {
    const [answer, ...others] = await answers
    expect(others).toEqual([])
    if (answer === undefined) throw new Error('the server closed without an answer')
    return answer
  }

  const head = (lines: readonly string[], requestLine = 'POST /oauth2/token HTTP/1.1'): string =>
    `${[requestLine, ...lines].join('\r\n')}\r\n\r\n`

  const formHead = (extra: readonly string[] = [], requestLine?: string): string =>
    head(['Host: 127.0.0.1', `Content-Type: ${formType}`, `Content-Length: ${good.length}`, ...extra], requestLine)

  describe('content types', () => {
    test.each([
      'application/json',
      'application/json; charset=utf-8',
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/x-www-form-urlencoded-not',
      'application/x-www-form-urlencoded, application/json',
      'nonsense',
      '/',
      ';',
      '',
    ])('%j is refused with 415', async (contentType) => {
      const body = JSON.stringify({ grant_type: 'client_credentials', client_id: client.client_id, client_secret: client.secret })
      expectRefusal(await post({ headers: { 'content-type': contentType }, body }), 415, 'invalid_request')
      expectRefusal(await post({ headers: { 'content-type': contentType } }), 415, 'invalid_request')
    })

    test('none at all is refused with 415, body or no body', async () => {
      expectRefusal(await post({ headers: {} }), 415, 'invalid_request')
      expectRefusal(await send(service.quickstart.base_url, { path: '/oauth2/token' }), 415, 'invalid_request')
    })

    test.each([
      'application/x-www-form-urlencoded',
      'application/x-www-form-urlencoded;charset=UTF-8',
      'application/x-www-form-urlencoded; charset=utf-8',
      'Application/X-WWW-Form-URLEncoded',
      'application/x-www-form-urlencoded ; charset="utf-8"',
    ])('%j is served', async (contentType) => {
      tokenIn(await post({ headers: { 'content-type': contentType } }))
    })

    test('a compressed body is refused with 415', async () => {
      expectRefusal(await post({ headers: { 'content-type': formType, 'content-encoding': 'gzip' } }), 415, 'invalid_request')
      tokenIn(await post({ headers: { 'content-type': formType, 'content-encoding': 'identity' } }))
    })

    test('an empty form says what is missing', async () => {
      for (const body of ['', '&&&']) expect(expectRefusal(await post({ body }), 400, 'invalid_request')).toContain('grant_type')
    })
  })

  describe('methods', () => {
    test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is refused with 405 that allows POST', async (method) => {
      const answer = await post({ method, ...(method === 'GET' ? { body: '' } : {}) })
      expectRefusal(answer, 405, 'invalid_request')
      expect(answer.headers.allow).toBe('POST')
    })

    test.each(['TRACE', 'PROPFIND', 'QUERY'])('%s finds nothing', async (method) => {
      expect(await post({ method, body: '' })).toMatchObject({ status: 404 })
    })

    test('HEAD is refused with 405 and no body', async () => {
      expect(await post({ method: 'HEAD', body: '' })).toMatchObject({ status: 405, headers: { allow: 'POST' }, text: '' })
    })
  })

  describe('parameters', () => {
    test.each([
      'client_secret=x',
      'CLIENT_SECRET=x',
      'client%5Fsecret=x',
      'a=b&client_id=x',
      'grant_type=client_credentials',
      'client_assertion',
      'password=x&',
    ])('%s in the query is refused, though the body is right', async (query) => {
      expectRefusal(await post({ path: `/oauth2/token?${query}` }), 400, 'invalid_request')
    })

    test('credentials in the query do not authenticate a body without them', async () => {
      expectRefusal(await post({ path: `/oauth2/token?${good}`, body: 'grant_type=client_credentials' }), 400, 'invalid_request')
      expectRefusal(await post({ path: `/oauth2/token?${good}`, body: '' }), 400, 'invalid_request')
    })

    test('anything else in the query is ignored', async () => {
      tokenIn(await post({ path: '/oauth2/token?policy_id=7&%zz&&=' }))
    })

    test.each([
      'client_id',
      'client_secret',
      'scope',
      'grant_type',
      'audience',
      'resource',
      'unknown',
      '__proto__',
      'constructor',
      'toString',
      '',
    ])('a repeated %j is refused', async (name) => {
      const twice = `${good.replace(new RegExp(`(^|&)${name}=[^&]*`), '')}&${name}=a&${name}=a`
      expect(expectRefusal(await post({ body: twice }), 400, 'invalid_request')).toContain('repeated')
    })

    test('a parameter repeated in another spelling, or without a value, is refused', async () => {
      for (const more of ['client%5Fid=x', '%63lient_id=x', 'client_id', 'client_id=']) {
        expect(expectRefusal(await post({ body: `${good}&${more}` }), 400, 'invalid_request')).toContain('repeated')
      }
    })

    test.each(['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', '__proto__[client_id]', 'scope[]', 'client_id.x'])(
      'a parameter called %s is one that nobody knows',
      async (name) => {
        const token = tokenIn(await post({ body: `${good}&${name}=polluted` }))
        expect(token).not.toHaveProperty('scope')
        expectRefusal(await post({ body: `grant_type=${name}` }), 400, 'unsupported_grant_type')
      },
    )

    test('a secret in a list is not a secret', async () => {
      const body = `grant_type=client_credentials&client_id[]=${client.client_id}&client_secret[]=${client.secret}`
      expectRefusal(await post({ body }), 401, 'invalid_client')
    })

    test('may be 64 and not 65', async () => {
      const fill = (count: number): string => Array.from({ length: count }, (_, index) => `&x${index}=1`).join('')
      tokenIn(await post({ body: good + fill(61) }))
      expect(expectRefusal(await post({ body: good + fill(62) }), 400, 'invalid_request')).toContain('too many')
      expect(expectRefusal(await post({ body: good + fill(6000) }), 400, 'invalid_request')).toContain('too many')
    })

    test('may not have endless names or values', async () => {
      tokenIn(await post({ body: `${good}&${'n'.repeat(256)}=1&v=${'v'.repeat(32_768)}` }))
      expect(expectRefusal(await post({ body: `${good}&${'n'.repeat(257)}=1` }), 400, 'invalid_request')).toContain('too long')
      expect(expectRefusal(await post({ body: `${good}&v=${'v'.repeat(32_769)}` }), 400, 'invalid_request')).toContain('too long')
    })

    test('a scope of thousands of tokens is refused in no time', async () => {
      const scope = Array.from({ length: 5000 }, (_, index) => `s${index}`).join('+')
      expectRefusal(await post({ body: `${good}&scope=${scope}` }), 400, 'invalid_scope')
    })

    test.each(['%', '%z', '%zz', '%1', 'a%', '%ff', '%c3', '%c3%28', '%ed%a0%80', '%u0041'])(
      'the broken escape %s is refused',
      async (text) => {
        expectRefusal(await post({ body: `${good}&x=${text}` }), 400, 'invalid_request')
        expectRefusal(await post({ body: `${good}&${text}=x` }), 400, 'invalid_request')
      },
    )

    test('bytes that are not UTF-8 are refused', async () => {
      for (const byte of [0xff, 0xc3, 0x80]) {
        expectRefusal(await post({ body: Buffer.concat([Buffer.from(`${good}&x=`), Buffer.from([byte])]) }), 400, 'invalid_request')
      }
    })

    test('NUL is a character that no client, secret, scope or audience has', async () => {
      for (const nul of ['\0', '%00']) {
        expectRefusal(await post({ body: good.replace('client_secret=', `client_secret=${nul}`) }), 401, 'invalid_client')
        expectRefusal(await post({ body: good.replace('client_id=', `client_id=${nul}`) }), 401, 'invalid_client')
        expectRefusal(await post({ body: `${good}&scope=${nul}` }), 400, 'invalid_scope')
        expectRefusal(await post({ body: `${good}&audience=${nul}` }), 400, 'invalid_request')
        expectRefusal(await post({ body: `${good}${nul}` }), 401, 'invalid_client')
        tokenIn(await post({ body: `${good}&x${nul}=${nul}` }))
      }
    })

    test('an id as long as a body is that of nobody', async () => {
      expectRefusal(
        await post({ body: `grant_type=client_credentials&client_secret=x&client_id=${'i'.repeat(32_000)}` }),
        401,
        'invalid_client',
      )
    })
  })

  describe('sizes', () => {
    const padded = (bytes: number): string => `${good}&${'&'.repeat(bytes - good.length - 1)}`

    test('a body is served in chunks of any size', async () => {
      tokenIn(await post({ isChunked: true }))
      const chunked = good.replaceAll(/./g, (character) => `1\r\n${character}\r\n`)
      const lines = ['Host: 127.0.0.1', `Content-Type: ${formType}`, 'Transfer-Encoding: chunked', 'Connection: close']
      tokenIn(await only(say(`${head(lines)}${chunked}0\r\n\r\n`)))
    })

    test.each([false, true])('a body of 64 KiB is read and one byte more is not (chunked: %s)', async (isChunked) => {
      expectRefusal(await post({ body: padded(65_536), isChunked }), 400, 'invalid_request')
      expectRefusal(await post({ body: padded(65_537), isChunked }), 413, 'invalid_request')
    })

    test.each([false, true])('a body of two mebibytes is refused with 413 before it is read (chunked: %s)', async (isChunked) => {
      const body = padded(2_097_152)
      const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`
      const bytes = isChunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body
      const answer = await only(say(head(['Host: 127.0.0.1', `Content-Type: ${formType}`, framing]) + bytes))
      expectRefusal(answer, 413, 'invalid_request')
    })

    test('a body announced as too large is refused without waiting for it', async () => {
      const answer = await only(
        say(head(['Host: 127.0.0.1', `Content-Type: ${formType}`, 'Content-Length: 99999999', 'Connection: close'])),
      )
      expectRefusal(answer, 413, 'invalid_request')
    })

    test('headers of 17 KiB are refused with 431', async () => {
      expectRefusal(await only(say(formHead([`Authorization: Basic ${'A'.repeat(17_000)}`]) + good)), 431, 'invalid_request')
      expectRefusal(
        await only(say(`${formHead(Array.from({ length: 900 }, (_, index) => `x-header-${index}: some value`))}${good}`)),
        431,
        'invalid_request',
      )
    })

    test('a URL of 17 KiB is refused', async () => {
      const answer = await only(say(formHead([], `POST /oauth2/token?x=${'y'.repeat(17_000)} HTTP/1.1`) + good))
      expectRefusal(answer, 431, 'invalid_request')
    })

    test('a Basic header as long as headers may be is just wrong', async () => {
      const authorization = `Basic ${'A'.repeat(15_000)}`
      const answer = await post({ headers: { 'content-type': formType, authorization }, body: 'grant_type=client_credentials' })
      expectRefusal(answer, 401, 'invalid_client')
    })
  })

  describe('clients that are slow', () => {
    test('to send a body or headers are cut off with 408 after ten seconds', async () => {
      const began = performance.now()
      const lines = ['Host: 127.0.0.1', `Content-Type: ${formType}`]
      const answers = await Promise.all([
        only(say(formHead() + good.slice(0, 40))),
        only(say(`${head([...lines, 'Transfer-Encoding: chunked'])}4\r\ngran\r\n`)),
        only(say('POST /oauth2/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Ty')),
      ])
      for (const answer of answers) expectRefusal(answer, 408, 'invalid_request')
      expect(performance.now() - began).toBeLessThan(20_000)
    })
  })

  describe('HTTP', () => {
    test.each([
      ['no HTTP at all', 'hello\r\n\r\n'],
      ['TLS', Buffer.from('16030100a5010000a1030352', 'hex')],
      ['a broken request line', 'POST /oauth2/token HTTP/9.9\r\n\r\n'],
      ['a header without a colon', head(['Host: 127.0.0.1', 'nonsense'])],
      ['a length and chunks', head(['Host: 127.0.0.1', 'Content-Length: 3', 'Transfer-Encoding: chunked'])],
      ['two lengths', head(['Host: 127.0.0.1', 'Content-Length: 3', 'Content-Length: 4'])],
      ['a length that is not a number', head(['Host: 127.0.0.1', 'Content-Length: three'])],
      ['a negative length', head(['Host: 127.0.0.1', 'Content-Length: -1'])],
      ['a chunk size that is none', `${head(['Host: 127.0.0.1', `Content-Type: ${formType}`, 'Transfer-Encoding: chunked'])}zz\r\n`],
      ['a bare line feed in a header', head(['Host: 127.0.0.1', 'x: a\nb'])],
      ['a NUL in a header', head(['Host: 127.0.0.1', 'Authorization: Basic \0'])],
      ['no Host', head([`Content-Type: ${formType}`, 'Content-Length: 0'])],
      [
        'two Hosts',
        head(['Host: 127.0.0.1', 'Host: other.example', `Content-Type: ${formType}`, 'Content-Length: 0', 'Connection: close']),
      ],
    ])('%s is refused with 400', async (_case, bytes) => {
      expectRefusal(await only(say(bytes)), 400, 'invalid_request')
    })

    test.each([
      'a b',
      'user@host',
      'http://host',
      '%',
      'host/path',
      'host:port',
      ',',
      '..',
      '__proto__',
      'nobody.example',
      '127.0.0.1:99999',
    ])('the Host %j never is a fault of the server', async (host) => {
      const answer = await post({ headers: { 'content-type': formType, host } })
      expect([200, 400, 404]).toContain(answer.status)
    })

    test.each([
      '/t/%zz/oauth2/token',
      '/t/%/oauth2/token',
      '/oauth2/token%',
      '/t/%ff/oauth2/token',
      '/%c0%80',
      `/t/${'n'.repeat(300)}/oauth2/token`,
    ])('the path %s is refused in words that a client reads', async (path) => {
      const answer = await post({ path })
      expect([400, 404]).toContain(answer.status)
      expectRefusal(answer, answer.status, 'invalid_request')
    })

    test('1.0 is served, with and without a Host', async () => {
      for (const host of [['Host: 127.0.0.1'], []]) {
        const lines = [...host, `Content-Type: ${formType}`, `Content-Length: ${good.length}`]
        tokenIn(await only(say(head(lines, 'POST /oauth2/token HTTP/1.0') + good)))
      }
    })

    test('pipelined requests are answered in their order', async () => {
      const bad = good.replace('client_credentials', 'nothing')
      const one = (body: string, extra: readonly string[] = []): string =>
        head(['Host: 127.0.0.1', `Content-Type: ${formType}`, `Content-Length: ${body.length}`, ...extra]) + body
      const answers = await say(one(good) + one(bad) + one(good) + one(bad, ['Connection: close']))
      expect(answers.map(({ status }) => status)).toEqual([200, 400, 200, 400])
    })

    test.each([false, true])(
      'an offer of HTTP/2 in clear text is answered in HTTP/1.1 on a connection that stays (chunked: %s)',
      async (isChunked) => {
        const offer = {
          connection: 'Upgrade, HTTP2-Settings',
          upgrade: 'h2c',
          'http2-settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
        }
        for (let round = 0; round < 3; round += 1) tokenIn(await post({ headers: { 'content-type': formType, ...offer }, isChunked }))
      },
    )

    test('a URL in absolute form is served', async () => {
      tokenIn(await only(say(formHead(['Connection: close'], `POST ${service.quickstart.base_url}/oauth2/token HTTP/1.1`) + good)))
    })

    test('a client that waits for 100 Continue is told to go on', async () => {
      const received = await talk(service.quickstart.base_url, formHead(['Expect: 100-continue', 'Connection: close']) + good)
      expect(answersIn(received).map(({ status }) => status)).toEqual([100, 200])
    })
  })

  test('after all of this a token is still issued, and nothing was logged as a bug', async () => {
    tokenIn(await post({}))
    expect(service.output()).not.toContain('"error"')
  })
})
