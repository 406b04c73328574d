import { pathOf } from './api.ts'
import { exchange, failureOf, isSuccess } from './exchange.ts'
import { Failure } from './failure.ts'
import { isObject, type JsonObject, textOf } from './json.ts'
import type { Call } from './verb.ts'

type Visitor = Pick<Call, 'settings' | 'surroundings'>

/** Public JSON, asked for without credentials. */
export const fetchObject = async ({ surroundings }: Pick<Call, 'surroundings'>, url: string): Promise<JsonObject> => {
  if (!URL.canParse(url)) throw new Failure(`'${url}' is not a URL`, { code: 'bad_url' })
  const reply = await exchange(surroundings.fetch, { url })
  if (!isSuccess(reply)) throw failureOf(reply)
  if (!isObject(reply.json)) throw new Failure(`${url} holds no JSON object`, { code: 'not_json' })
  return reply.json
}

export interface Discovered {
  readonly issuer: string
  readonly jwksUri: string
  readonly tokenEndpoint: string | undefined
}

/** The tenant's metadata (RFC 8414 §3.2), asked of the chosen server whatever the issuer is called. */
export const discover = async (call: Visitor): Promise<Discovered> => {
  const { settings } = call
  const metadata = await fetchObject(call, `${settings.baseUrl()}${pathOf('t', settings.tenant())}/.well-known/openid-configuration`)
  const issuer = textOf(metadata, 'issuer')
  const jwksUri = textOf(metadata, 'jwks_uri')
  if (issuer === undefined || jwksUri === undefined) throw new Failure('discovery names no issuer or no JWKS', { code: 'bad_discovery' })
  return { issuer, jwksUri, tokenEndpoint: textOf(metadata, 'token_endpoint') }
}

/** The tenant's keys, asked of the chosen server as well: the published address may be one that only clients reach. */
export const fetchJwks = (call: Visitor): Promise<JsonObject> =>
  fetchObject(call, `${call.settings.baseUrl()}${pathOf('t', call.settings.tenant())}/.well-known/jwks.json`)
