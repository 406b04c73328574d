import type {
  CredentialRefusal,
  OperatorRefusal,
  PolicyRefusal,
  PrincipalRefusal,
  ResourceRefusal,
  SigningKeyRefusal,
  TenantRefusal,
  WorkspaceRefusal,
} from '@chancery/domain'
import type { UniquenessRefusal } from '@chancery/event-store'

type DomainRefusal =
  | TenantRefusal
  | WorkspaceRefusal
  | PrincipalRefusal
  | CredentialRefusal
  | PolicyRefusal
  | ResourceRefusal
  | SigningKeyRefusal
  | OperatorRefusal

/** What the API itself refuses, before or beside the domain. */
type RequestRefusal =
  | 'unauthenticated'
  | 'bad_json'
  | 'body_too_large'
  | 'media_type_unsupported'
  | 'unknown_member'
  | 'missing_member'
  | 'invalid_member'
  | 'unknown_parameter'
  | 'invalid_parameter'
  | 'bad_cursor'
  | 'bad_request'
  | 'kind_not_supported'
  | 'host_invalid'
  | 'alg_unknown'
  | 'secret_form_reserved'
  | 'workspace_not_found'
  | 'unavailable'

export type AdminRefusal = DomainRefusal | UniquenessRefusal | RequestRefusal

export interface ProblemRow {
  readonly status: number
  /** What a person reads when the refusal has nothing more exact to say. */
  readonly sentence: string
}

/** The one place where a refusal gets a status. Its name is the problem's stable `code`. */
export const problems = {
  unauthenticated: { status: 401, sentence: 'The request carries no live operator token.' },
  bad_json: { status: 400, sentence: 'The body is not a JSON object in UTF-8.' },
  body_too_large: { status: 413, sentence: 'The body is larger than 64 KiB.' },
  media_type_unsupported: { status: 415, sentence: 'The body is sent as another media type than application/json.' },
  unknown_member: { status: 400, sentence: 'The body has a member that is not known here.' },
  missing_member: { status: 400, sentence: 'The body lacks a member.' },
  invalid_member: { status: 400, sentence: 'A member of the body has a value that is not allowed.' },
  unknown_parameter: { status: 400, sentence: 'The query has a parameter that is not known here.' },
  invalid_parameter: { status: 400, sentence: 'A parameter of the query has a value that is not allowed.' },
  bad_cursor: { status: 400, sentence: 'The cursor does not come from this list.' },
  bad_request: { status: 400, sentence: 'The request is not valid.' },
  unavailable: { status: 503, sentence: 'A part this request needs does not answer. The same request may be sent again.' },

  tenant_exists: { status: 409, sentence: 'A tenant with this id exists.' },
  tenant_unknown: { status: 404, sentence: 'There is no such tenant.' },
  workspace_exists: { status: 409, sentence: 'A workspace with this id exists.' },
  workspace_unknown: { status: 404, sentence: 'The tenant has no such workspace.' },
  workspace_not_found: { status: 400, sentence: 'The body names a workspace that the tenant does not have.' },
  principal_exists: { status: 409, sentence: 'A principal with this id exists.' },
  principal_unknown: { status: 404, sentence: 'The tenant has no such principal.' },
  principal_disabled: { status: 409, sentence: 'The principal is disabled and gets no new credentials.' },
  kind_not_supported: { status: 400, sentence: 'Only principals of kind service can be created.' },
  holder_unknown: { status: 404, sentence: 'The principal or resource that should hold the secret does not exist.' },
  secret_limit: { status: 409, sentence: 'The holder has five live secrets already.' },
  secret_unknown: { status: 404, sentence: 'The holder has no such secret.' },
  secret_form_reserved: {
    status: 400,
    sentence: 'An imported secret must not have the form of a secret made here, which names its own id.',
  },
  lifetime_too_long: { status: 400, sentence: 'A secret lives for 730 days (63,072,000 seconds) at most.' },
  ttl_out_of_range: { status: 400, sentence: 'An access token lives between 20 and 86,400 seconds.' },
  grant_unknown: { status: 400, sentence: 'The policy lists a grant type that this server does not know.' },
  resource_exists: { status: 409, sentence: 'A resource with this id exists.' },
  resource_unknown: { status: 404, sentence: 'The tenant has no such resource.' },
  claim_reserved: { status: 400, sentence: 'The mapping writes a claim whose meaning is fixed.' },
  typ_unknown: { status: 400, sentence: 'The typ of an access token is at+jwt or JWT.' },
  alg_unknown: { status: 400, sentence: 'The signature algorithm is not one of ES256, RS256 and EdDSA.' },
  key_exists: { status: 409, sentence: 'A signing key with this kid exists.' },
  key_unknown: { status: 404, sentence: 'The tenant has no such signing key.' },
  rotation_pending: { status: 409, sentence: 'A key of this algorithm is published and does not sign yet; one rotation runs at a time.' },
  token_unknown: { status: 404, sentence: 'There is no such operator token.' },
  host_invalid: { status: 400, sentence: 'A host is a DNS name or an address, with a port where it needs one.' },

  name_taken: { status: 409, sentence: 'The name is taken.' },
  host_taken: { status: 409, sentence: 'A host is taken by another tenant or workspace.' },
  account_taken: { status: 409, sentence: 'The account id is taken by another tenant.' },
  audience_taken: { status: 409, sentence: 'The audience is taken within the tenant.' },
  client_id_taken: { status: 409, sentence: 'The client id is taken.' },
  secret_taken: { status: 409, sentence: 'The secret is in use within the tenant.' },
} as const satisfies Record<AdminRefusal, ProblemRow>
