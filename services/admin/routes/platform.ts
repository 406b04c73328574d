import { bare, endpoint } from '../http/endpoint.ts'
import { operatorTokenPath } from '../schemas/path.ts'
import {
  newOperatorTokenView,
  operatorTokenCreation,
  operatorTokenList,
  rebuildReport,
  rebuildRequest,
  rewrapView,
  statusView,
} from '../schemas/platform.ts'
import { nothing } from '../schemas/text.ts'
import { issueOperatorToken } from '../use-cases/issue-operator-token.ts'
import { listOperatorTokens } from '../use-cases/list-operator-tokens.ts'
import { readStatus } from '../use-cases/read-status.ts'
import { rebuildProjections } from '../use-cases/rebuild-projections.ts'
import { revokeOperatorToken } from '../use-cases/revoke-operator-token.ts'
import { rewrapSigningKeys } from '../use-cases/rewrap-signing-keys.ts'

const tokens = { ...bare, url: '/operator-tokens', path: nothing }

export const platformEndpoints = [
  endpoint(
    {
      ...tokens,
      method: 'POST',
      id: 'issueOperatorToken',
      summary: 'Make an operator token; shown once',
      body: operatorTokenCreation,
      answer: newOperatorTokenView,
    },
    (deps, { body }) => issueOperatorToken(deps, body),
  ),
  endpoint(
    { ...tokens, method: 'GET', id: 'listOperatorTokens', summary: 'List operator tokens', answer: operatorTokenList },
    listOperatorTokens,
  ),
  endpoint(
    {
      ...bare,
      method: 'DELETE',
      url: '/operator-tokens/:token',
      id: 'revokeOperatorToken',
      summary: 'Revoke an operator token',
      path: operatorTokenPath,
      answer: nothing,
    },
    (deps, { path }) => revokeOperatorToken(deps, path.token),
  ),
  endpoint(
    {
      ...bare,
      method: 'POST',
      url: '/projections/rebuild',
      id: 'rebuildProjections',
      summary: 'Rebuild the read tables from the log',
      path: nothing,
      body: rebuildRequest,
      answer: rebuildReport,
      status: 200,
    },
    (deps, { body }) => rebuildProjections(deps, body),
  ),
  endpoint(
    {
      ...bare,
      method: 'POST',
      url: '/signing-keys/rewrap',
      id: 'rewrapSigningKeys',
      summary: 'Seal all private keys under the active master key',
      path: nothing,
      answer: rewrapView,
      status: 200,
    },
    rewrapSigningKeys,
  ),
  endpoint(
    { ...bare, method: 'GET', url: '/status', id: 'readStatus', summary: 'Who answers, and since when', path: nothing, answer: statusView },
    readStatus,
  ),
]
