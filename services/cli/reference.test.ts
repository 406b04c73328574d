import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { referencePage } from './reference.ts'

const page = fileURLToPath(new URL('../../docs/reference/cli.md', import.meta.url))

it('docs/reference/cli.md is what the program says of itself', async () => {
  await expect(referencePage()).toMatchFileSnapshot(page)
})
