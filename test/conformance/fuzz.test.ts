import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminApi, adminApi, createClient, type TestClient } from '../harness/admin-api.ts'
import { type Service, startService } from '../harness/service.ts'
import { basic, claimsIn, formOf, formType, tokenIn } from './token-calls.ts'
import { answersIn, send, talk, type WireAnswer } from './wire.ts'

/** The same in every run, so that a failure comes back; the long run takes another each time and prints it. */
const isLong = process.env.CHANCERY_LONG === '1'
const seed = isLong ? Math.trunc(Math.random() * 2 ** 31) : 20_260_826
const runs = isLong ? 5000 : 330
const slowestMs = 5000

const tokenPaths = [
  '/v1/oauth/tokens',
  '/api/catalog/v1/oauth/tokens',
  '/oidc/v1/token',
  '/oauth/token',
  '/oauth2/token',
  '/t/default/oauth2/token',
]
const names = [
  'grant_type',
  'client_id',
  'client_secret',
  'scope',
  'audience',
  'resource',
  'client_assertion',
  'subject_token',
  'actor_token',
]
const odd = [
  '',
  ' ',
  '\0',
  '\r\n',
  '%',
  '%00',
  '%zz',
  '+',
  '&',
  '=',
  '"',
  "'",
  ';--',
  '__proto__',
  'constructor',
  '../',
  '\u2028',
  '💥',
  '\ud800',
  '$(id)',
  '{{7*7}}',
]

/** Text of any kind: printable, whole Unicode with lone surrogates, or what has broken others. */
const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(...odd))
/** What a header can carry at all: bytes but for line breaks and NUL, which Node's own client refuses to send. */
const headerText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
  maxLength: 60,
})

describe('the token endpoint under anything', { timeout: isLong ? 1_800_000 : 120_000 }, () => {
  let service: Service
  let api: AdminApi
  let client: TestClient

  beforeAll(async () => {
    console.info(`fast-check seed ${seed}`)
    service = await startService()
    api = adminApi(service.quickstart)
    client = await createClient(api, 'default')
  }, 120_000)

  afterAll(() => service.stop())

  const rightForm = () => ({ grant_type: 'client_credentials', client_id: client.client_id, client_secret: client.secret })
  const post = (path: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<WireAnswer> =>
    send(service.quickstart.base_url, { path, body, headers: { 'content-type': formType, ...headers } })

  /** Whether an answer is one that any request may get: a refusal that a client reads, within its time. */
  const faultIn = async (asked: Promise<WireAnswer>): Promise<string | undefined> => {
    const began = performance.now()
    const { status, headers, text: body } = await asked
    if (performance.now() - began > slowestMs) return 'too slow'
    if (status >= 500 || status < 200 || (status >= 300 && status < 400)) return `${status} ${body}`
    if (headers['cache-control'] !== 'no-store') return 'may be stored'
    const parsed: { readonly error?: unknown; readonly code?: unknown; readonly access_token?: unknown } = JSON.parse(body)
    return [parsed.error, parsed.code, parsed.access_token].every((member) => member === undefined) ? `says nothing: ${body}` : undefined
  }

  /** The same, and no token: nothing in the request is the secret. */
  const faultWithoutSecret = async (asked: Promise<WireAnswer>): Promise<string | undefined> => {
    const fault = await faultIn(asked)
    return fault ?? ((await asked).status === 200 ? 'a token without the secret' : undefined)
  }

  const holds = async <Input>(arbitrary: fc.Arbitrary<Input>, fault: (input: Input) => Promise<string | undefined>): Promise<void> => {
    const property = fc.asyncProperty(arbitrary, async (input) => {
      const found = await fault(input)
      if (found !== undefined) throw new Error(found)
    })
    await fc.assert(property, { seed, numRuns: runs, endOnFailure: isLong })
  }

  test('a body of any bytes is refused', async () => {
    await holds(fc.tuple(fc.constantFrom(...tokenPaths), fc.uint8Array({ maxLength: 300 })), ([path, body]) =>
      faultWithoutSecret(post(path, body)),
    )
  })

  test('a form of any parameters is refused unless it holds the secret', async () => {
    const value = fc.oneof(text, fc.constant('client_credentials'), fc.constant('catalog'), fc.constant('PRINCIPAL_ROLE:ALL'))
    const pair = fc.tuple(fc.oneof(fc.constantFrom(...names), text), value)
    const form = fc.tuple(fc.constantFrom(...tokenPaths), fc.array(pair, { maxLength: 12 }), fc.boolean(), fc.boolean())
    await holds(form, ([path, pairs, isEncoded, isNamed]) => {
      const raw = pairs.map(([name, content]) => `${name}=${content}`).join('&')
      const fields = isEncoded ? new URLSearchParams(pairs).toString() : raw
      const known = formOf({ grant_type: 'client_credentials', client_id: client.client_id })
      return faultWithoutSecret(post(path, isNamed ? `${known}&${fields}` : fields))
    })
  })

  test('an Authorization header of any text gets no token without the secret', async () => {
    const pair = fc.tuple(fc.oneof(fc.constantFrom('', ':', 'id'), text), text).map(([id, secret]) => basic(`${id}:${secret}`))
    const scheme = fc.tuple(fc.constantFrom('Basic', 'basic', 'Bearer', 'DPoP', ''), headerText).map(([name, rest]) => `${name} ${rest}`)
    const bytes = fc.uint8Array({ maxLength: 60 }).map((content) => basic(content))
    await holds(fc.tuple(fc.constantFrom(...tokenPaths), fc.oneof(headerText, pair, scheme, bytes)), ([path, authorization]) =>
      faultWithoutSecret(post(path, 'grant_type=client_credentials&scope=PRINCIPAL_ROLE:ALL', { authorization })),
    )
  })

  test('the secret with anything done to it is not the secret', async () => {
    const change = fc.tuple(
      fc.nat(),
      fc.constantFrom('drop', 'repeat', 'replace', 'swap'),
      fc.constantFrom('a', 'Z', '0', '9', '_', '-', '%', '+', ' ', '\0', 'é'),
    )
    const changed = ([at, how, character]: readonly [number, string, string]): string => {
      const { secret } = client
      const index = at % secret.length
      const [before, one, after] = [secret.slice(0, index), secret.charAt(index), secret.slice(index + 1)]
      if (how === 'drop') return before + after
      if (how === 'repeat') return before + one + one + after
      return how === 'swap' ? before + after + one : before + character + after
    }
    await holds(fc.tuple(fc.constantFrom(...tokenPaths), change, fc.boolean()), ([path, one, isBasic]) => {
      const secret = changed(one)
      if (secret === client.secret) return Promise.resolve(undefined)
      const fields = { grant_type: 'client_credentials', scope: 'PRINCIPAL_ROLE:ALL' }
      return faultWithoutSecret(
        isBasic
          ? post(path, formOf(fields), { authorization: basic(`${client.client_id}:${secret}`) })
          : post(path, formOf({ ...fields, client_id: client.client_id, client_secret: secret })),
      )
    })
  })

  test('a scope of any text is granted within the policy or refused', async () => {
    const token = fc.oneof(fc.constantFrom('catalog', 'sql', 'all-apis', 'PRINCIPAL_ROLE:ALL', 'PRINCIPAL_ROLE:a', 'offline_access'), text)
    const scope = fc.tuple(fc.array(token, { maxLength: 6 }), fc.constantFrom(' ', '  ', '\t', ',')).map(([tokens, by]) => tokens.join(by))
    const allowed = /^(catalog|sql|all-apis|dremio\.all|PRINCIPAL_ROLE:[\x21\x23-\x5b\x5d-\x7e]*)$/
    await holds(fc.tuple(fc.constantFrom(...tokenPaths), scope), async ([path, asked]) => {
      const answering = post(path, formOf({ ...rightForm(), scope: asked }))
      const fault = await faultIn(answering)
      const answer = await answering
      if (fault !== undefined || answer.status !== 200) return fault
      const granted = tokenIn(answer).scope
      if (granted !== claimsIn(tokenIn(answer).access_token).scope) return 'the token says another scope than the answer'
      return granted === undefined || granted.split(' ').every((one) => allowed.test(one)) ? undefined : `granted ${granted}`
    })
  })

  test('a host, a realm or a path of any text leads to a tenant that knows the client, or to a refusal', async () => {
    const segment = fc.oneof(
      fc.constantFrom('t', 'default', 'oauth2', 'token', 'v1', 'oauth', 'tokens', 'oidc', 'accounts', '..', '%2e', '%00', ''),
      text,
    )
    const path = fc.array(segment, { maxLength: 8 }).map((segments) => `/${segments.join('/')}`)
    const address = fc.tuple(path, fc.option(headerText, { nil: undefined }), fc.option(headerText, { nil: undefined }))
    await holds(address, async ([target, host, realm]) => {
      const headers = { ...(host === undefined ? {} : { host }), ...(realm === undefined ? {} : { 'polaris-realm': realm }) }
      const sendable = target.replaceAll(
        /[^\x21-\x7e]/g,
        (character) => `%${(character.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`,
      )
      return faultIn(post(sendable, formOf(rightForm()), headers))
    })
  })

  test('bytes that are no HTTP, or nearly, are refused or ignored', async () => {
    const line = fc.constantFrom(
      'POST /oauth2/token HTTP/1.1',
      'GET / HTTP/1.0',
      'POST * HTTP/1.1',
      'PRI * HTTP/2.0',
      'POST //[::1/oauth2/token HTTP/1.1',
    )
    const header = fc.oneof(
      headerText,
      fc.constantFrom(
        'Host: 127.0.0.1',
        'Content-Length: 5',
        'Transfer-Encoding: chunked',
        'Connection: close',
        `Content-Type: ${formType}`,
      ),
    )
    const message = fc
      .tuple(line, fc.array(header, { maxLength: 6 }), text)
      .map(([first, headers, body]) => `${[first, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`)
    const bytes = fc.oneof(
      message,
      message.map((whole) => whole.slice(0, -10)),
      fc.string({ unit: 'binary', maxLength: 80 }),
    )
    const property = fc.asyncProperty(bytes, async (sent) => {
      // The client closes after what it has to say, so that the server never waits for the rest.
      const answers = answersIn(await talk(service.quickstart.base_url, sent, { isHalfClosed: true }))
      expect(answers.filter(({ status }) => status >= 500 || status === 200)).toEqual([])
    })
    await fc.assert(property, { seed, numRuns: isLong ? 1000 : 100 })
  })

  test('after all of this the service issues tokens and has logged no bug', async () => {
    const answer = await post('/oauth2/token', formOf(rightForm()))
    expect(claimsIn(tokenIn(answer).access_token)).toMatchObject({ sub: client.client_id })
    expect(service.output()).not.toContain('"level":"error"')
    expect(service.output()).not.toContain(client.secret)
  })
})
