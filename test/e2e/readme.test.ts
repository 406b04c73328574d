import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DialectName, dialects, prefixedTokenPath } from '../../services/issuer/dialects.ts'
import { localLinksOf, outputPattern, snippetsOf } from '../harness/markdown.ts'
import { pythonInterpreter } from '../harness/python.ts'
import { type Service, startService } from '../harness/service.ts'
import { type StubCatalog, startStubCatalog } from '../harness/stub-catalog.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = await readFile(join(root, 'README.md'), 'utf8')
const all = snippetsOf(readme)

/** Commands beside the output that follows them, in the order a reader takes them; those of Spark need an hour's downloads. */
const steps = all.flatMap((snippet, index) => {
  const next = all[index + 1]
  const isCommand = ['sh', 'python'].includes(snippet.language) && snippet.kind !== 'spark'
  return isCommand ? [{ ...snippet, shown: next?.language === 'text' ? next.code : '…' }] : []
})

describe('README and greeting', { timeout: 180_000 }, () => {
  let parent: string
  let folder: string
  let service: Service
  let catalog: StubCatalog

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'chancery-readme-'))
    await chmod(parent, 0o711)
    // A reader's folder may be called anything.
    folder = join(parent, 'it\'s a $HOME of "mine"')
    await mkdir(folder)
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    service = await startService({ dataDir: join(folder, '.chancery') })
    catalog = await startStubCatalog(service.quickstart.issuer, service.quickstart.issuer)
  }, 180_000)

  afterAll(async () => {
    await catalog.close()
    await service.stop()
    await rm(parent, { recursive: true, force: true })
  })

  /** What differs between a reader and this test: the port, and a catalog that is there. */
  const here = (text: string): string =>
    text.replaceAll('http://127.0.0.1:8181', service.quickstart.base_url).replaceAll('https://your-catalog.example/', catalog.uri)

  /** Runs code as pasted into a shell or a file, in the reader's folder; resolves with what it printed to stdout. */
  const execute = async (language: string, code: string): Promise<string> => {
    const env: NodeJS.ProcessEnv = { ...process.env }
    delete env.CHANCERY_DATA_DIR
    const options = { cwd: folder, env, timeout: 120_000 }
    const { stdout } =
      language === 'python'
        ? await run(await pythonInterpreter(), ['-c', here(code)], options)
        : await run('bash', ['-c', `set -euo pipefail\n${here(code)}`], options)
    return stdout.trim()
  }

  test.each(steps)('$code', async ({ language, kind, code, shown }) => {
    const printed = kind === 'start' ? service.output().trim() : await execute(language, code)
    expect(printed).toMatch(outputPattern(here(shown).replace('…/.chancery', join(folder, '.chancery'))))
  })

  /** One pasted block of the greeting, from its heading to the next. */
  const block = (heading: string): string => {
    const [, rest = ''] = service.output().split(`# ${heading}\n`)
    return rest.split('\n\n', 1)[0] ?? ''
  }

  test('the greeting gets a token with curl, pasted as it is', async () => {
    const token: unknown = JSON.parse(await execute('sh', block('curl')))
    expect(token).toMatchObject({ token_type: 'Bearer', scope: 'catalog' })
  })

  test('the greeting opens a catalog with PyIceberg, pasted as it is', async () => {
    const before = catalog.accepted.length
    expect(await execute('python', `${block('PyIceberg')}\nprint(catalog.list_namespaces())`)).toContain('sales')
    expect(catalog.accepted.slice(before).at(-1)).toMatchObject({ sub: service.quickstart.client_id, scope: 'catalog' })
  })

  test("the greeting's Spark command reads its credential when it runs", async () => {
    const { client_id, client_secret } = service.quickstart
    const printed = await execute('sh', `spark-sql() { printf '%s\\n' "$@"; }\n${block('Spark')}`)
    expect(printed.split('\n')).toContain(`spark.sql.catalog.c.credential=${client_id}:${client_secret}`)
  })

  test("the greeting's last command finds nothing wrong", async () => {
    expect(await execute('sh', block('What next'))).toMatch(/^ok {4}fact/m)
  })

  test('nothing the service prints holds a secret', () => {
    const { client_secret, admin_token } = service.quickstart
    expect(service.output()).not.toContain(client_secret)
    expect(service.output()).not.toContain(admin_token)
  })
})

const pathCells = (name: DialectName): string => {
  const { paths } = dialects[name]
  const listed = [
    ...paths.map((path) => path.replace(':account', '{account}')),
    ...(name === 'iceberg' ? [`{prefix}${prefixedTokenPath}`] : []),
  ]
  return listed.map((path) => `\`${path}\``).join(', ')
}

/** The rows of the table, each as its cells; a formatter may pad them as it likes. */
const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))

test.each(['iceberg', 'polaris', 'databricks', 'dremio', 'plain'] as const)(
  'README lists the paths and the default scope of %s',
  (name) => {
    const { defaultScope, scopeGrammar } = dialects[name]
    const absent = scopeGrammar === 'any' ? 'none' : 'none: one must be sent'
    const scope = defaultScope === undefined ? absent : `\`${defaultScope}\``
    expect(rows).toContainEqual(['', name, pathCells(name), scope, scopeGrammar === 'any' ? 'any' : '`PRINCIPAL_ROLE:…`', ''])
  },
)

test('README lists every dialect', () => {
  expect(Object.keys(dialects)).toEqual(['iceberg', 'polaris', 'databricks', 'dremio', 'plain'])
})

const folders = ['.', 'docs/adr', 'docs/runbooks', 'docs/reference']
const pages = (
  await Promise.all(folders.map(async (folder) => (await readdir(join(root, folder))).map((name) => `${folder}/${name}`)))
).flat()

test.each(pages.filter((page) => page.endsWith('.md')))('every link of %s leads somewhere', async (page) => {
  const links = localLinksOf(await readFile(join(root, page), 'utf8'))
  expect(links.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([])
})
