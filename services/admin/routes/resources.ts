import { bare, tenantEndpoint } from '../http/endpoint.ts'
import { resourcePath, tenantPath } from '../schemas/path.ts'
import { resourceChange, resourcePage, resourceSettings, resourceView } from '../schemas/resource.ts'
import { exactly, nothing, paging } from '../schemas/text.ts'
import { changeResource, replaceResource } from '../use-cases/change-resource.ts'
import { listResources } from '../use-cases/list-resources.ts'
import { readResource } from '../use-cases/read-resource.ts'
import { registerResource } from '../use-cases/register-resource.ts'
import { removeResource } from '../use-cases/remove-resource.ts'

const all = { ...bare, url: '/tenants/:tenant/resources', path: tenantPath }
const one = { ...bare, url: '/tenants/:tenant/resources/:resource', path: resourcePath }

export const resourceEndpoints = [
  tenantEndpoint(
    { ...all, method: 'POST', id: 'registerResource', summary: 'Register an audience', body: resourceSettings, answer: resourceView },
    (deps, { body }) => registerResource(deps, body),
  ),
  tenantEndpoint(
    { ...all, method: 'GET', id: 'listResources', summary: 'List resources', query: exactly(paging), answer: resourcePage },
    (deps, { query }) => listResources(deps, query),
  ),
  tenantEndpoint({ ...one, method: 'GET', id: 'readResource', summary: 'Read a resource', answer: resourceView }, (deps, { path }) =>
    readResource(deps, path.resource),
  ),
  tenantEndpoint(
    { ...one, method: 'PATCH', id: 'changeResource', summary: 'Change a resource', body: resourceChange, answer: resourceView },
    (deps, { path, body }) => changeResource(deps, path.resource, body),
  ),
  tenantEndpoint(
    { ...one, method: 'PUT', id: 'replaceResource', summary: 'Set all of a resource', body: resourceSettings, answer: resourceView },
    (deps, { path, body }) => replaceResource(deps, path.resource, body),
  ),
  tenantEndpoint({ ...one, method: 'DELETE', id: 'removeResource', summary: 'Remove a resource', answer: nothing }, (deps, { path }) =>
    removeResource(deps, path.resource),
  ),
]
