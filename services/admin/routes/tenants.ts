import { bare, endpoint, tenantEndpoint } from '../http/endpoint.ts'
import { tenantPath } from '../schemas/path.ts'
import { tenantChange, tenantCreation, tenantPage, tenantView } from '../schemas/tenant.ts'
import { exactly, nothing, paging } from '../schemas/text.ts'
import { changeTenant } from '../use-cases/change-tenant.ts'
import { createTenant } from '../use-cases/create-tenant.ts'
import { deleteTenant } from '../use-cases/delete-tenant.ts'
import { listTenants } from '../use-cases/list-tenants.ts'
import { readTenant } from '../use-cases/read-tenant.ts'

const all = { ...bare, url: '/tenants', path: nothing }
const one = { ...bare, url: '/tenants/:tenant', path: tenantPath }

export const tenantEndpoints = [
  endpoint(
    { ...all, method: 'POST', id: 'createTenant', summary: 'Create a tenant', body: tenantCreation, answer: tenantView },
    (deps, { body }) => createTenant(deps, body),
  ),
  endpoint(
    { ...all, method: 'GET', id: 'listTenants', summary: 'List tenants', query: exactly(paging), answer: tenantPage },
    (deps, { query }) => listTenants(deps, query),
  ),
  tenantEndpoint({ ...one, method: 'GET', id: 'readTenant', summary: 'Read a tenant', answer: tenantView }, (deps) => readTenant(deps)),
  tenantEndpoint(
    {
      ...one,
      method: 'PATCH',
      id: 'changeTenant',
      summary: 'Change a tenant, suspend or resume it',
      body: tenantChange,
      answer: tenantView,
    },
    (deps, { body }) => changeTenant(deps, body),
  ),
  tenantEndpoint({ ...one, method: 'DELETE', id: 'deleteTenant', summary: 'Delete a tenant for ever', answer: nothing }, (deps) =>
    deleteTenant(deps),
  ),
]
