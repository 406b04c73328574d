import { openApiOf } from '@chancery/http'
import { stringify } from 'yaml'
import { serve } from './http/serve.ts'
import { refused } from './outcome.ts'
import { type ProblemRow, problems } from './problems.ts'
import { endpoints } from './routes/endpoints.ts'

/** `api/openapi.yaml`, from the schemas that read the requests. */
export const openApiText = async (): Promise<string> => {
  const routes = serve({ endpoints, isOperator: () => Promise.resolve(false), handle: () => Promise.resolve(refused('unauthenticated')) })
  const head = {
    title: 'Chancery admin API',
    version: '1',
    description: 'For operators. Refusals are RFC 9457 problems with a stable code; docs/reference/errors.md lists all of them.',
  }
  return `# Written by services/admin/write-reference.ts.\n${stringify(await openApiOf(routes, head), { lineWidth: 0, aliasDuplicateObjects: false })}`
}

const begin = '<!-- admin problems: written by services/admin/write-reference.ts -->'
const end = '<!-- admin problems end -->'

const row = ([code, { status, sentence }]: readonly [string, ProblemRow]): string => `| \`${code}\` | ${status} | ${sentence} |`

const section = (): string =>
  [
    begin,
    '## Admin API',
    '',
    'Problems of `/admin/v1` (RFC 9457, `application/problem+json`). `code` is stable; `detail` may say more than the sentence here.',
    '',
    '| code | status | meaning |',
    '|---|---|---|',
    ...Object.entries(problems).map(row),
    end,
  ].join('\n')

const heading = '# Errors\n'

/** `docs/reference/errors.md` with the admin API's part written anew and every other part as it is. */
export const errorsText = (before: string): string => {
  const [from, to] = [before.indexOf(begin), before.indexOf(end)]
  if (from === -1 || to === -1) return `${before === '' ? heading : before.trimEnd()}\n${before === '' ? '' : '\n'}${section()}\n`
  return `${before.slice(0, from)}${section()}${before.slice(to + end.length)}`
}

/** From the repository's root. */
export const openApiPath = 'api/openapi.yaml'
export const errorsPath = 'docs/reference/errors.md'
