import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, plantBed } from './plant-bed.ts'

const bed = plantBed()
afterAll(() => bed.remove())

const manifest = (name: string): string =>
  JSON.stringify({ name: `@chancery/${name}`, version: '0.1.0', type: 'module', exports: { '.': './index.ts' } })

describe('the checker of types', () => {
  let answer: Answer
  beforeAll(async () => {
    bed.plant('libs/bus/enum.ts', 'export enum Kind { A }')
    bed.plant('libs/bus/optional.ts', 'export const f = (): { a?: string } => ({ a: undefined })')
    bed.plant('libs/bus/index-access.ts', 'export const f = (all: string[]): string => all[0]')
    bed.plant('libs/bus/type-import.ts', "import { Kind } from './kind.ts'\nexport const f = (kind: Kind): Kind => kind")
    bed.plant('libs/bus/kind.ts', "export type Kind = 'a'")
    answer = await bed.run('typescript/bin/tsc', ['--noEmit', '-p', '.'])
  }, 60_000)

  it.each([
    ['libs/bus/enum.ts', 'TS1294'],
    ['libs/bus/optional.ts', 'TS2375'],
    ['libs/bus/index-access.ts', 'TS2322'],
    ['libs/bus/type-import.ts', 'TS1484'],
  ])('reports %s as %s', (file, code) => {
    expect(answer.output.split('\n').filter((line) => line.startsWith(file))).toEqual([expect.stringContaining(code)])
  })
})

describe('the formatter', () => {
  it('reports a file that is not in its form, and no other', async () => {
    bed.plant('libs/config/crooked.ts', 'export const a = "1";')
    bed.plant('libs/config/straight.ts', "export const a = '1'")
    const answer = await bed.run('@biomejs/biome/bin/biome', ['ci', 'libs/config'])
    expect(answer.code).toBe(1)
    expect(answer.output).toContain('libs/config/crooked.ts')
    expect(answer.output).not.toContain('libs/config/straight.ts')
  }, 60_000)
})

describe('the finder of dead code', () => {
  let answer: Answer
  beforeAll(async () => {
    bed.plant('libs/gate/package.json', manifest('gate'))
    bed.plant('libs/gate/index.ts', "export { used } from './used.ts'\nexport const deadInIndex = 1")
    bed.plant('libs/gate/used.ts', "import { LRUCache } from 'lru-cache'\nexport const used = LRUCache\nexport const dead = 1")
    bed.plant('libs/gate/forgotten.ts', 'export const forgotten = 1')
    bed.plant(
      'services/issuer/package.json',
      JSON.stringify({
        ...JSON.parse(manifest('issuer')),
        exports: { '.': './app.ts' },
        dependencies: { '@chancery/gate': '0.1.0', typebox: '1.4.3' },
      }),
    )
    bed.plant('services/issuer/app.ts', "import { used } from '@chancery/gate'\nexport const build = (): unknown => used")
    bed.plant('services/issuer/main.ts', "import { build } from './app.ts'\nbuild()")
    bed.link('gate', 'libs/gate')
    answer = await bed.run('knip/bin/knip.js', ['--reporter', 'compact', '--no-config-hints'])
  }, 60_000)

  it.each([
    ['an export that nobody imports', /libs\/gate\/used\.ts.*\bdead\b/],
    ['an export of a library that no workspace imports', /libs\/gate\/index\.ts.*\bdeadInIndex\b/],
    ['a file that nobody imports', /libs\/gate\/forgotten\.ts/],
    ['an import that the manifest does not declare', /libs\/gate\/.*lru-cache/],
    ['a dependency that nobody imports', /services\/issuer\/package\.json.*typebox/],
  ])('reports %s', (_, line) => {
    expect(answer.output).toMatch(line)
  })

  it('does not report what is used', () => {
    expect(answer.output).not.toMatch(/\bused\b(?!\.ts)|\bbuild\b/)
  })
})
