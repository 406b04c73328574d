import type { ScopeGrammar } from '@chancery/domain'

/** A family of token paths with its scope habits. Every grant works on every path; policy decides, the dialect only dresses. */
export interface Dialect {
  readonly paths: readonly string[]
  readonly scopeGrammar: ScopeGrammar
  readonly defaultScope: string | undefined
}

/** The paths of each dialect below a tenant's root, and the scope it grants when none is asked for. */
export const dialects = {
  iceberg: {
    paths: ['/v1/oauth/tokens', '/api/v1/oauth/tokens', '/iceberg/v1/oauth/tokens'],
    scopeGrammar: 'any',
    defaultScope: 'catalog',
  },
  polaris: { paths: ['/api/catalog/v1/oauth/tokens'], scopeGrammar: 'principal-roles', defaultScope: undefined },
  databricks: { paths: ['/oidc/v1/token', '/oidc/accounts/:account/v1/token'], scopeGrammar: 'any', defaultScope: 'all-apis' },
  dremio: { paths: ['/oauth/token'], scopeGrammar: 'any', defaultScope: 'dremio.all' },
  plain: { paths: ['/oauth2/token'], scopeGrammar: 'any', defaultScope: undefined },
} as const satisfies Record<string, Dialect>

export type DialectName = keyof typeof dialects

const isDialect = (name: string): name is DialectName => Object.hasOwn(dialects, name)

export const dialectNames: readonly DialectName[] = Object.keys(dialects).filter(isDialect)

/** What a path prefix of the operator's (`CHANCERY_TOKEN_PREFIXES`) is followed by: a catalog there speaks Iceberg. */
export const prefixedTokenPath = '/v1/oauth/tokens'
