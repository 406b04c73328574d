import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plantBed, root, runTool } from './plant-bed.ts'
import { plants } from './plants.ts'

interface Report {
  readonly diagnostics: readonly { readonly code?: string; readonly filename: string }[]
}

const bed = plantBed()
const rulesByFile = new Map<string, readonly string[]>()

const diagnosticsOf = (output: string): Report['diagnostics'] => {
  const report: Report = JSON.parse(output)
  return report.diagnostics
}

beforeAll(async () => {
  for (const { file, source } of plants) bed.plant(file, source)
  const answer = await bed.run('oxlint/bin/oxlint', ['-f', 'json', ...plants.map(({ file }) => file)])
  for (const { filename, code = '' } of diagnosticsOf(answer.output))
    rulesByFile.set(filename, [...(rulesByFile.get(filename) ?? []), code])
}, 60_000)

afterAll(() => bed.remove())

describe('each rule is a lint error where it is broken', () => {
  it.each(plants.filter(({ rule }) => rule !== undefined))('$rule in $file', ({ file, rule }) => {
    expect(rulesByFile.get(file)).toContain(rule)
  })
})

describe('what the rules allow stays unreported', () => {
  it.each(plants.filter(({ rule }) => rule === undefined))('$file', ({ file }) => {
    expect(rulesByFile.get(file) ?? []).toEqual([])
  })
})

it('the tree as it stands follows the arrows', async () => {
  const answer = await runTool(root, 'oxlint/bin/oxlint', ['-f', 'json', 'libs', 'services', 'infra', 'test'])
  const broken = diagnosticsOf(answer.output).filter(({ code }) => code === 'house(arrows)')
  expect(broken).toEqual([])
}, 60_000)
