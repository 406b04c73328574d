import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { configReference } from './config-reference.ts'

const page = fileURLToPath(new URL('../../docs/reference/config.md', import.meta.url))

it('docs/reference/config.md is what the environment is read by', async () => {
  await expect(configReference()).toMatchFileSnapshot(page)
})
