import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { problems } from './problems.ts'
import { errorsPath, errorsText, openApiPath, openApiText } from './reference.ts'
import { endpoints } from './routes/endpoints.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

describe('the reference, as node services/admin/write-reference.ts writes it,', () => {
  it('has the OpenAPI document of the code', async () => {
    expect(await openApiText()).toBe(read(openApiPath))
  })

  it('describes every operation once, each with its problems', async () => {
    const { paths }: { paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>> } = parse(
      await openApiText(),
    )
    const operations = Object.values(paths).flatMap((path) => Object.values(path))
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(endpoints.map(({ id }) => id).sort())
    expect(operations.filter(({ responses }) => !('default' in responses))).toEqual([])
  })

  it('lists the problems of the code, both ways', () => {
    const before = read(errorsPath)
    expect(errorsText(before)).toBe(before)
    const part = before.slice(before.indexOf('## Admin API'), before.indexOf('<!-- admin problems end -->'))
    const listed = [...part.matchAll(/^\| `([a-z_]+)` \| (\d+) \|/gm)].map(([, code, status]) => [code, Number(status)])
    expect(listed).toEqual(Object.entries(problems).map(([code, { status }]) => [code, status]))
  })

  it('leaves the other parts of the list of errors alone', () => {
    const others = '# Errors\n\n## Token endpoint\n\ntext\n'
    const written = errorsText(others)
    expect(written.startsWith(others)).toBe(true)
    expect(errorsText(written)).toBe(written)
    expect(errorsText(`${written}\n## After\n`)).toBe(`${written}\n## After\n`)
  })
})
