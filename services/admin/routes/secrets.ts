import { bare, tenantEndpoint } from '../http/endpoint.ts'
import { principalPath, principalSecretPath, resourcePath, resourceSecretPath } from '../schemas/path.ts'
import { newSecretView, secretCreation, secretList } from '../schemas/secret.ts'
import { nothing } from '../schemas/text.ts'
import { principalHolder, resourceHolder } from '../use-cases/holder.ts'
import { issueSecret } from '../use-cases/issue-secret.ts'
import { listSecrets } from '../use-cases/list-secrets.ts'
import { revokeSecret } from '../use-cases/revoke-secret.ts'

const ofPrincipal = { ...bare, url: '/tenants/:tenant/principals/:principal/secrets', path: principalPath }
const ofResource = { ...bare, url: '/tenants/:tenant/resources/:resource/secrets', path: resourcePath }
const issuing = { method: 'POST', body: secretCreation, answer: newSecretView } as const
const listing = { method: 'GET', answer: secretList } as const
const revoking = { method: 'DELETE', answer: nothing } as const

const issued = 'Make a secret, or take one over; shown once'

export const secretEndpoints = [
  tenantEndpoint({ ...ofPrincipal, ...issuing, id: 'issuePrincipalSecret', summary: issued }, (deps, { path, body }) =>
    issueSecret(deps, principalHolder(path.principal), body),
  ),
  tenantEndpoint({ ...ofPrincipal, ...listing, id: 'listPrincipalSecrets', summary: 'List the secrets of a principal' }, (deps, { path }) =>
    listSecrets(deps, principalHolder(path.principal)),
  ),
  tenantEndpoint(
    {
      ...ofPrincipal,
      ...revoking,
      url: `${ofPrincipal.url}/:secret`,
      path: principalSecretPath,
      id: 'revokePrincipalSecret',
      summary: 'Revoke a secret of a principal',
    },
    (deps, { path }) => revokeSecret(deps, principalHolder(path.principal), path.secret),
  ),
  tenantEndpoint({ ...ofResource, ...issuing, id: 'issueResourceSecret', summary: issued }, (deps, { path, body }) =>
    issueSecret(deps, resourceHolder(path.resource), body),
  ),
  tenantEndpoint({ ...ofResource, ...listing, id: 'listResourceSecrets', summary: 'List the secrets of a resource' }, (deps, { path }) =>
    listSecrets(deps, resourceHolder(path.resource)),
  ),
  tenantEndpoint(
    {
      ...ofResource,
      ...revoking,
      url: `${ofResource.url}/:secret`,
      path: resourceSecretPath,
      id: 'revokeResourceSecret',
      summary: 'Revoke a secret of a resource',
    },
    (deps, { path }) => revokeSecret(deps, resourceHolder(path.resource), path.secret),
  ),
]
