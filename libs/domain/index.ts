export {
  type DomainEvent,
  type DomainEventType,
  eventSchemas,
  parseEvent,
  type StoredEvent,
  streams,
  touchesOf,
  type Upcaster,
  type Upcasters,
} from './catalog.ts'
export { type CredentialRefusal, credentials, secretLimits } from './credential/decide.ts'
export type { Credentials, Secret } from './credential/evolve.ts'
export { type AudienceRefusal, type Door, type GrantedAudience } from './grant/audience.ts'
export { type ClientCredentialsRequest, decideClientCredentials, type Grant, type GrantRefusal } from './grant/client-credentials.ts'
export { type IssuanceFact, issuanceFactSchema } from './grant/issuance-fact.ts'
export type { PrincipalRights, ResourceRights, SecretRights, TenantRights, WorkspaceRights } from './grant/rights.ts'
export type { ScopeGrammar } from './grant/scope.ts'
export { type OperatorRefusal, operatorTokens } from './operator/decide.ts'
export { type PolicyRefusal, policies } from './policy/decide.ts'
export { accessTokenTtl, type IssuancePolicy, initialIssuancePolicy } from './policy/issuance-policy.ts'
export { type PrincipalRefusal, principals } from './principal/decide.ts'
export type { PrincipalKind } from './principal/evolve.ts'
export { type ResourceRefusal, resources } from './resource/decide.ts'
export type { ClaimSource } from './resource/events.ts'
export type { ResourceSettings } from './resource/evolve.ts'
export type { EventSchema, PersonalFields } from './schema.ts'
export { type SigningKeyRefusal, signingKeys } from './signing-key/decide.ts'
export { type TenantRefusal, tenants } from './tenant/decide.ts'
export type { TenantStatus } from './tenant/evolve.ts'
export { type WorkspaceRefusal, workspaces } from './workspace/decide.ts'
