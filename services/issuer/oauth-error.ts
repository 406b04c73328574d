import type { GrantRefusal } from '@chancery/domain'
import { answerJson, type FormRefusal, type HttpReply } from '@chancery/http'

/** The codes of RFC 6749 §5.2, which is all that PyIceberg and Iceberg Java can read, and one for faults of our dependencies. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'temporarily_unavailable'

export interface OAuthError {
  readonly status: number
  readonly error: OAuthErrorCode
  readonly description: string
}

/** Why a token request was refused before policy was asked. */
export type RequestRefusal =
  | FormRefusal
  | 'content_type'
  | 'content_encoding'
  | 'method'
  | 'body_too_large'
  | 'malformed_request'
  | 'credentials_in_query'
  | 'grant_type_missing'
  | 'grant_type_unsupported'
  | 'tenant_unknown'
  | 'realm_unknown'
  | 'tenants_differ'
  | 'authorization_malformed'
  | 'authentication_methods'
  | 'no_credentials'
  | 'client_not_authenticated'
  | 'unavailable'

export type Refusal = RequestRefusal | GrantRefusal

const clientFailed: OAuthError = { status: 401, error: 'invalid_client', description: 'Client authentication failed' }

const badRequest = (description: string, status = 400): OAuthError => ({ status, error: 'invalid_request', description })
const badScope = (description: string): OAuthError => ({ status: 400, error: 'invalid_scope', description })

/**
 * Every refusal of the token path and what the client reads. A suspended tenant, a disabled principal, an unknown client and a wrong secret
 * answer alike. `invalid_target` (RFC 8707) is never used: Iceberg clients cannot read it.
 */
export const oauthErrors: Readonly<Record<Refusal, OAuthError>> = {
  not_utf8: badRequest('the body is not UTF-8'),
  bad_encoding: badRequest('the body is not application/x-www-form-urlencoded'),
  too_many_parameters: badRequest('too many parameters'),
  parameter_too_long: badRequest('a parameter is too long'),
  repeated_parameter: badRequest('a parameter is repeated'),
  content_type: badRequest('the body must be application/x-www-form-urlencoded', 415),
  content_encoding: badRequest('the body must not be compressed', 415),
  method: badRequest('the token endpoint takes POST only', 405),
  body_too_large: badRequest('the body is too large', 413),
  malformed_request: badRequest('the request is malformed'),
  credentials_in_query: badRequest('parameters of a token request belong in the body, never in the URL'),
  grant_type_missing: badRequest('grant_type is missing'),
  grant_type_unsupported: { status: 400, error: 'unsupported_grant_type', description: 'this grant_type is not supported' },
  tenant_unknown: badRequest('no such tenant', 404),
  realm_unknown: badRequest('Missing or invalid realm', 404),
  tenants_differ: badRequest('the request names two different tenants'),
  authorization_malformed: badRequest('the Authorization header is malformed'),
  authentication_methods: badRequest('the request authenticates the client in two ways that differ'),
  no_credentials: { status: 401, error: 'invalid_client', description: 'client credentials are missing' },
  client_not_authenticated: clientFailed,
  tenant_not_active: clientFailed,
  principal_disabled: clientFailed,
  grant_not_allowed: { status: 400, error: 'unauthorized_client', description: 'this client may not use this grant_type' },
  scope_malformed: badScope('the scope is malformed'),
  scope_missing: badScope('scope is missing: send PRINCIPAL_ROLE:ALL, or PRINCIPAL_ROLE:<name> for each role to act with'),
  scope_not_allowed: badScope('the scope goes beyond what this client may ask for'),
  audience_not_allowed: badRequest('the audience or resource is not allowed for this client'),
  workspace_not_assigned: badRequest('this client is not assigned to the workspace'),
  audiences_differ: badRequest('these audiences take different tokens; ask for them one by one'),
  unavailable: { status: 503, error: 'temporarily_unavailable', description: 'the service cannot answer right now; try again' },
}

const polarisRealmError = { error: { message: 'Missing or invalid realm', type: 'MissingOrInvalidRealm', code: 404 } }

/** Polaris answers in another form on its own scope grammar: the way out is worth naming. */
const describe = (refusal: Refusal, isPolaris: boolean): string =>
  isPolaris && refusal === 'scope_malformed'
    ? 'the scope is malformed: send PRINCIPAL_ROLE:ALL, or PRINCIPAL_ROLE:<name> for each role to act with, separated by one space'
    : oauthErrors[refusal].description

export interface Answering {
  readonly isPolaris: boolean
  /** Whether the client used Basic; RFC 6749 §5.2 wants a challenge then, and openid-client hides the error behind any other one. */
  readonly usedBasic: boolean
}

const headersOf = (status: number, usedBasic: boolean): Record<string, string> => ({
  pragma: 'no-cache',
  ...(status === 401 && usedBasic ? { 'www-authenticate': 'Basic realm="chancery", charset="UTF-8"' } : {}),
  ...(status === 405 ? { allow: 'POST' } : {}),
})

/** Sends a refusal as the OAuth error it stands for; an unknown realm in the envelope that Polaris clients read. */
export const sendRefusal = (reply: HttpReply, refusal: Refusal, { isPolaris, usedBasic }: Answering): HttpReply => {
  const { status, error } = oauthErrors[refusal]
  const body = refusal === 'realm_unknown' ? polarisRealmError : { error, error_description: describe(refusal, isPolaris) }
  return answerJson(reply, { status, headers: headersOf(status, usedBasic), body })
}
