/** A string that carries its meaning in the type, so that a principal's id never lands where a tenant's is wanted. */
export type Brand<Name extends string> = string & { readonly __brand: Name }

export type TenantId = Brand<'TenantId'>
export type WorkspaceId = Brand<'WorkspaceId'>
export type PrincipalId = Brand<'PrincipalId'>
export type ClientId = Brand<'ClientId'>
export type SecretId = Brand<'SecretId'>
export type PolicyId = Brand<'PolicyId'>
export type ResourceId = Brand<'ResourceId'>
export type KeyId = Brand<'KeyId'>
export type EventId = Brand<'EventId'>
export type AccountId = Brand<'AccountId'>

/** Names a string as an id of the kind its context asks for. Use at the edges only: where a row, a path or a header becomes an id. */
export const asId = <Id extends Brand<string>>(text: string): Id => text as Id
