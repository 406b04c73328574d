import { pathOf } from './api.ts'
import { exchange, failureOf, isSuccess } from './exchange.ts'
import { Failure, UsageError } from './failure.ts'
import { given, type JsonObject, objectOf, textOf } from './json.ts'
import { readSecret } from './secret-text.ts'
import type { Client } from './settings.ts'
import type { Call } from './verb.ts'

/** One token path of each dialect, below the tenant's root. */
export const tokenPaths = {
  iceberg: '/v1/oauth/tokens',
  polaris: '/api/catalog/v1/oauth/tokens',
  databricks: '/oidc/v1/token',
  dremio: '/oauth/token',
  plain: '/oauth2/token',
} as const

export type DialectName = keyof typeof tokenPaths

export const isDialect = (name: string): name is DialectName => Object.hasOwn(tokenPaths, name)

/** The client of the options with its secret from a file, the environment or quickstart.json; else quickstart.json's client. */
export const clientOf = async (call: Call): Promise<Client> => {
  const { input, settings, surroundings } = call
  const clientId = input.text('clientId')
  const file = input.text('clientSecretFile')
  if (clientId === undefined && file === undefined) return settings.client()
  if (clientId === undefined) throw new UsageError('--client-secret-file needs --client-id')
  if (file !== undefined) return { clientId, secret: await readSecret(call, file) }
  const secret = surroundings.env['CHANCERY_CLIENT_SECRET']
  if (secret) return { clientId, secret }
  if (settings.quickstart?.clientId === clientId) return settings.client()
  throw new UsageError('--client-id needs its secret: give --client-secret-file or CHANCERY_CLIENT_SECRET')
}

export interface TokenRequest {
  readonly client: Client
  readonly dialect: DialectName
  readonly scope?: string | undefined
  readonly audience?: string | undefined
}

/** client_credentials with the client in the body (RFC 6749 §2.3.1), where no secret needs an encoding that a server could doubt. */
export const requestToken = async (
  { settings, surroundings }: Call,
  { client, dialect, scope, audience }: TokenRequest,
): Promise<JsonObject> => {
  const members = given({ grant_type: 'client_credentials', client_id: client.clientId, client_secret: client.secret, scope, audience })
  const reply = await exchange(surroundings.fetch, {
    method: 'POST',
    url: `${settings.baseUrl()}${pathOf('t', settings.tenant())}${tokenPaths[dialect]}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(Object.entries(members).map(([name, value]) => [name, String(value)])).toString(),
  })
  if (!isSuccess(reply)) throw failureOf(reply)
  const answer = objectOf(reply.json)
  if (textOf(answer, 'access_token') === undefined) throw new Failure('the answer holds no access token', { code: 'no_access_token' })
  return answer
}
