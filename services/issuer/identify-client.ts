import { type BasicPair, decodeFormText, parseAuthorization, parseBasic } from '@chancery/http'
import { granted, type Outcome, reject } from '@chancery/kernel'
import { parseSecret } from '@chancery/tokens'
import type { RequestRefusal } from './oauth-error.ts'
import { parameter, type TokenRequest } from './token-request.ts'

/** One way to read what was presented. The id is absent where a client has only a secret (DuckDB's PAT, Iceberg without a colon). */
export interface Reading {
  readonly clientId: string | undefined
  readonly secretText: string
  /** The id that a secret of ours carries; absent for secrets that came from elsewhere. */
  readonly secretId: string | undefined
}

/** Who the request claims to be and what it shows for it. There is at least one reading, and two only for a secret that is not ours. */
export interface Presented {
  readonly readings: readonly [Reading, ...Reading[]]
  readonly usedBasic: boolean
}

const reading = (clientId: string | undefined, secretText: string): Reading => {
  const parsed = parseSecret(secretText)
  const own = parsed?.prefix === 'chs' ? parsed : undefined
  return {
    clientId: clientId === '' ? undefined : clientId,
    secretText,
    get secretId() {
      return own?.id
    },
  }
}

const decoded = ({ user, password }: BasicPair): Reading | undefined => {
  const id = decodeFormText(user)
  const secretText = decodeFormText(password)
  return id === undefined || secretText === undefined ? undefined : reading(id, secretText)
}

const isEncoded = ({ user, password }: BasicPair): boolean => /[%+]/.test(user) || /[%+]/.test(password)

/**
 * RFC 6749 §2.3.1 wants both halves form-urlencoded, which openid-client and Go do and PyIceberg, Java and curl do not. Our ids and secrets
 * contain neither `%` nor `+`, so one decoding decides for them; a secret from elsewhere may mean either.
 */
const basicReadings = (pair: BasicPair): [Reading, ...Reading[]] => {
  const raw = reading(pair.user, pair.password)
  const other = isEncoded(pair) ? decoded(pair) : undefined
  if (other === undefined) return [raw]
  return other.secretId === undefined ? [raw, other] : [other]
}

const agrees = (body: { clientId: string | undefined; secretText: string | undefined }, basic: Reading): boolean =>
  (body.clientId === undefined || body.clientId === basic.clientId) && (body.secretText ?? basic.secretText) === basic.secretText

const beside = (readings: readonly Reading[], request: TokenRequest): Outcome<Presented, RequestRefusal> => {
  const body = { clientId: parameter(request.form, 'client_id'), secretText: parameter(request.form, 'client_secret') }
  const [first, ...others] = readings.filter((candidate) => agrees(body, candidate))
  return first === undefined ? reject('authentication_methods') : granted({ readings: [first, ...others], usedBasic: true })
}

const byBasic = (value: string, request: TokenRequest): Outcome<Presented, RequestRefusal> => {
  const parsed = parseBasic(value)
  return parsed.accepted ? beside(basicReadings(parsed.value), request) : reject('authorization_malformed')
}

const byBody = (request: TokenRequest): Outcome<Presented, RequestRefusal> => {
  const secretText = parameter(request.form, 'client_secret')
  if (secretText === undefined) return reject('no_credentials')
  return granted({ readings: [reading(parameter(request.form, 'client_id'), secretText)], usedBasic: false })
}

/**
 * Reads the client's credentials. A Bearer beside them is ignored: Iceberg Java and PyIceberg send the expired token along with
 * client_credentials. An assertion beside a secret is refused, so that a fake one cannot steer which check applies.
 */
export const identifyClient = (request: TokenRequest): Outcome<Presented, RequestRefusal> => {
  const authorization = parseAuthorization(request.authorization)
  const usedBasic = authorization?.scheme === 'basic'
  const hasAssertion = parameter(request.form, 'client_assertion') !== undefined
  if (hasAssertion && (usedBasic || parameter(request.form, 'client_secret') !== undefined)) return reject('authentication_methods')
  if (authorization === undefined || authorization.scheme === 'bearer') return byBody(request)
  return usedBasic ? byBasic(authorization.value, request) : reject('authorization_malformed')
}
