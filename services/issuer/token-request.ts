import { decodeFormText, type Form, type HttpRequest, parseForm } from '@chancery/http'
import { granted, type Outcome, reject } from '@chancery/kernel'
import type { RequestRefusal } from './oauth-error.ts'

/** A token request as it arrived: the form, and what the headers add. */
export interface TokenRequest {
  readonly grantType: string
  readonly form: Form
  readonly authorization: string | undefined
}

const formType = /^application\/x-www-form-urlencoded\s*(;|$)/i

/** Parameters that must never travel in a URL, where proxies log them. */
const bodyOnly: ReadonlySet<string> = new Set([
  'grant_type',
  'client_id',
  'client_secret',
  'client_assertion',
  'subject_token',
  'actor_token',
  'refresh_token',
  'assertion',
  'password',
  'username',
  'code',
  'code_verifier',
  'token',
  'access_token',
])

const hasCredentialsInQuery = (url: string): boolean => {
  const split = url.indexOf('?')
  if (split === -1) return false
  return url
    .slice(split + 1)
    .split('&')
    .some((pair) => bodyOnly.has(decodeFormText(pair.split('=', 1)[0] ?? '')?.toLowerCase() ?? ''))
}

const emptyBody = Buffer.alloc(0)

/** A parameter without a value counts as omitted (RFC 6749 §3.2); iceberg-go sends `client_id=`. */
export const parameter = (form: Form, name: string): string | undefined => form.get(name) || undefined

const refusalByEnvelope = ({ raw, headers }: HttpRequest): RequestRefusal | undefined => {
  if (hasCredentialsInQuery(raw.url ?? '')) return 'credentials_in_query'
  if (!formType.test(headers['content-type'] ?? '')) return 'content_type'
  return (headers['content-encoding'] ?? 'identity') === 'identity' ? undefined : 'content_encoding'
}

/** Reads and checks the form of a token request, before anybody asks who sent it. */
export const readTokenRequest = (request: HttpRequest): Outcome<TokenRequest, RequestRefusal> => {
  const refusal = refusalByEnvelope(request)
  if (refusal !== undefined) return reject(refusal)
  const parsed = parseForm(request.body instanceof Uint8Array ? request.body : emptyBody)
  if (!parsed.accepted) return parsed
  const form = parsed.value
  const grantType = parameter(form, 'grant_type')
  if (grantType === undefined) return reject('grant_type_missing')
  return granted({ grantType, form, authorization: request.headers.authorization })
}
