import type { ClaimSource, ResourceRights } from '@chancery/domain'

/** What a resource's claim mapping may draw from. */
export interface ClaimFacts {
  readonly principal_id: string
  readonly principal_name: string
  readonly client_id: string
  readonly roles: readonly string[]
  readonly scope: string
  readonly tenant: string
  readonly workspace: string | undefined
}

type ClaimValue = string | number | boolean | readonly string[]

const prefixed = (value: string | readonly string[], prefix: string): ClaimValue =>
  typeof value === 'string' ? `${prefix}${value}` : value.map((entry) => `${prefix}${entry}`)

const valueOf = (source: ClaimSource, facts: ClaimFacts): ClaimValue | undefined => {
  if ('value' in source) return source.value
  const value = facts[source.from]
  return value === undefined || value === '' ? undefined : prefixed(value, source.prefix ?? '')
}

/** The claims that a resource's consumers want under names of their own; those without a value are left out, never null. */
export const mapClaims = (resource: ResourceRights | undefined, facts: ClaimFacts): Record<string, ClaimValue> =>
  Object.fromEntries(
    Object.entries(resource?.claims ?? {}).flatMap(([name, source]) => {
      const value = valueOf(source, facts)
      return value === undefined ? [] : [[name, value]]
    }),
  )
