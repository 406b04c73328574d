import { bare, tenantEndpoint } from '../http/endpoint.ts'
import { tenantPath } from '../schemas/path.ts'
import { signingKeyList, signingKeyRotation, signingKeyView } from '../schemas/signing-key.ts'
import { listSigningKeys } from '../use-cases/list-signing-keys.ts'
import { rotateSigningKey } from '../use-cases/rotate-signing-key.ts'

const all = { ...bare, url: '/tenants/:tenant/signing-keys', path: tenantPath }

export const signingKeyEndpoints = [
  tenantEndpoint({ ...all, method: 'GET', id: 'listSigningKeys', summary: 'List signing keys', answer: signingKeyList }, (deps) =>
    listSigningKeys(deps),
  ),
  tenantEndpoint(
    {
      ...all,
      method: 'POST',
      id: 'rotateSigningKey',
      summary: 'Publish a new signing key',
      body: signingKeyRotation,
      answer: signingKeyView,
    },
    (deps, { body }) => rotateSigningKey(deps, body),
  ),
]
