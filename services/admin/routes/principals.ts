import { bare, tenantEndpoint } from '../http/endpoint.ts'
import { issuancePolicyChange, issuancePolicyView } from '../schemas/issuance-policy.ts'
import { principalPath, tenantPath } from '../schemas/path.ts'
import {
  principalChange,
  principalCreation,
  principalFilter,
  principalPage,
  principalRemoval,
  principalView,
} from '../schemas/principal.ts'
import { nothing } from '../schemas/text.ts'
import { changePrincipal } from '../use-cases/change-principal.ts'
import { createPrincipal } from '../use-cases/create-principal.ts'
import { deletePrincipal } from '../use-cases/delete-principal.ts'
import { listPrincipals } from '../use-cases/list-principals.ts'
import { readIssuancePolicy } from '../use-cases/read-issuance-policy.ts'
import { readPrincipal } from '../use-cases/read-principal.ts'
import { setIssuancePolicy } from '../use-cases/set-issuance-policy.ts'

const all = { ...bare, url: '/tenants/:tenant/principals', path: tenantPath }
const one = { ...bare, url: '/tenants/:tenant/principals/:principal', path: principalPath }
const policy = { ...one, url: `${one.url}/issuance-policy`, answer: issuancePolicyView }

export const principalEndpoints = [
  tenantEndpoint(
    {
      ...all,
      method: 'POST',
      id: 'createPrincipal',
      summary: 'Create a service principal',
      body: principalCreation,
      answer: principalView,
    },
    (deps, { body }) => createPrincipal(deps, body),
  ),
  tenantEndpoint(
    { ...all, method: 'GET', id: 'listPrincipals', summary: 'List principals', query: principalFilter, answer: principalPage },
    (deps, { query }) => listPrincipals(deps, query),
  ),
  tenantEndpoint({ ...one, method: 'GET', id: 'readPrincipal', summary: 'Read a principal', answer: principalView }, (deps, { path }) =>
    readPrincipal(deps, path.principal),
  ),
  tenantEndpoint(
    { ...one, method: 'PATCH', id: 'changePrincipal', summary: 'Change a principal', body: principalChange, answer: principalView },
    (deps, { path, body }) => changePrincipal(deps, path.principal, body),
  ),
  tenantEndpoint(
    { ...one, method: 'DELETE', id: 'deletePrincipal', summary: 'Delete a principal for ever', query: principalRemoval, answer: nothing },
    (deps, { path, query }) => deletePrincipal(deps, path.principal, query),
  ),
  tenantEndpoint({ ...policy, method: 'GET', id: 'readIssuancePolicy', summary: 'Read what a principal may be issued' }, (deps, { path }) =>
    readIssuancePolicy(deps, path.principal),
  ),
  tenantEndpoint(
    { ...policy, method: 'PUT', id: 'setIssuancePolicy', summary: 'Set what a principal may be issued', body: issuancePolicyChange },
    (deps, { path, body }) => setIssuancePolicy(deps, path.principal, body),
  ),
]
