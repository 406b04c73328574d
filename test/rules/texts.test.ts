import { afterAll, expect, it } from 'vitest'
import { plantBed, root } from './plant-bed.ts'
import { textViolations } from './texts.ts'

const bed = plantBed()
afterAll(() => bed.remove())

it.each([
  ['docs/common/intro.md', 'Welcome.', '"common" says nothing'],
  ['infra/compose/helpers.sh', 'true', '"helpers" says nothing'],
  ['libs/gate/gate.lua', '-- TODO: count', 'what is left over'],
  ['docs/runbooks/lag.md', 'FIXME: which alert?', 'what is left over'],
  ['libs/gate/quiet.ts', '// oxlint-disable-next-line no-explicit-any\nexport const a = 1', 'an exception stands'],
  ['libs/gate/typed.ts', '// @ts-expect-error\nexport const a = 1', 'an exception stands'],
  ['libs/gate/crooked.ts', '// biome-ignore format: no\nexport const a = 1', 'an exception stands'],
  ['README.md', 'See `../shared/NOTES.md`.', 'names a folder'],
])('%s is reported', (file, source, reason) => {
  bed.plant(file, source)
  const reasons = textViolations(bed.root).filter((violation) => violation.file === file)
  expect(reasons).toEqual([{ file, reason: expect.stringContaining(reason) }])
})

it('an innocent text is not reported', () => {
  bed.plant('docs/innocent.md', 'A helper of mine shared a todo list; mail it to the manager.')
  expect(textViolations(bed.root).map(({ file }) => file)).not.toContain('docs/innocent.md')
})

it('the tree as it stands breaks none of these', () => {
  expect(textViolations(root)).toEqual([])
})
