import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { lockFile, missingEntries } from './complete-lock.ts'

const tool = {
  version: '1.0.0',
  dev: true,
  optionalDependencies: { '@tool/linux-x64-musl': '1.0.0', '@tool/linux-x64': '1.0.0', other: '^2.0.0' },
}

it('a binary that the registry at hand lacks is named with its version and its machine', () => {
  expect(missingEntries({ 'node_modules/tool': tool, 'node_modules/@tool/linux-x64': { version: '1.0.0' } })).toEqual({
    'node_modules/@tool/linux-x64-musl': { version: '1.0.0', dev: true, optional: true, cpu: ['x64'], libc: ['musl'], os: ['linux'] },
  })
})

it('a binary inside the package that wants it is not missing', () => {
  const wanted = { version: '1.0.0', optionalDependencies: { inner: '1.0.0' } }
  expect(missingEntries({ 'node_modules/tool': wanted, 'node_modules/tool/node_modules/inner': { version: '1.0.0' } })).toEqual({})
})

it('our lock names the binaries of every platform, or npm ci refuses it (npm run lock)', () => {
  expect(missingEntries(JSON.parse(readFileSync(lockFile, 'utf8')).packages)).toEqual({})
})
