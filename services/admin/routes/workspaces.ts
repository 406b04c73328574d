import { bare, tenantEndpoint } from '../http/endpoint.ts'
import { tenantPath, workspacePath } from '../schemas/path.ts'
import { exactly, nothing, paging } from '../schemas/text.ts'
import { workspaceChange, workspaceCreation, workspacePage, workspaceView } from '../schemas/workspace.ts'
import { changeWorkspace } from '../use-cases/change-workspace.ts'
import { createWorkspace } from '../use-cases/create-workspace.ts'
import { deleteWorkspace } from '../use-cases/delete-workspace.ts'
import { listWorkspaces } from '../use-cases/list-workspaces.ts'
import { readWorkspace } from '../use-cases/read-workspace.ts'

const all = { ...bare, url: '/tenants/:tenant/workspaces', path: tenantPath }
const one = { ...bare, url: '/tenants/:tenant/workspaces/:workspace', path: workspacePath }

export const workspaceEndpoints = [
  tenantEndpoint(
    { ...all, method: 'POST', id: 'createWorkspace', summary: 'Create a workspace', body: workspaceCreation, answer: workspaceView },
    (deps, { body }) => createWorkspace(deps, body),
  ),
  tenantEndpoint(
    { ...all, method: 'GET', id: 'listWorkspaces', summary: 'List workspaces', query: exactly(paging), answer: workspacePage },
    (deps, { query }) => listWorkspaces(deps, query),
  ),
  tenantEndpoint(
    { ...one, method: 'GET', id: 'readWorkspace', summary: 'Read a workspace, by id or name', answer: workspaceView },
    (deps, { path }) => readWorkspace(deps, path.workspace),
  ),
  tenantEndpoint(
    { ...one, method: 'PATCH', id: 'changeWorkspace', summary: 'Change a workspace', body: workspaceChange, answer: workspaceView },
    (deps, { path, body }) => changeWorkspace(deps, path.workspace, body),
  ),
  tenantEndpoint({ ...one, method: 'DELETE', id: 'deleteWorkspace', summary: 'Delete a workspace', answer: nothing }, (deps, { path }) =>
    deleteWorkspace(deps, path.workspace),
  ),
]
