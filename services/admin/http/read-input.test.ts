import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { issuancePolicyChange } from '../schemas/issuance-policy.ts'
import { principalSecretPath, workspacePath } from '../schemas/path.ts'
import { principalCreation, principalFilter } from '../schemas/principal.ts'
import { resourceSettings } from '../schemas/resource.ts'
import { secretCreation } from '../schemas/secret.ts'
import { tenantCreation } from '../schemas/tenant.ts'
import { readBody, readPath, readQuery } from './read-input.ts'

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const uuid = '8d6ff9b4-3f4f-4f05-9f3e-6f2b1c0a7d11'

describe('a body', () => {
  it('is an empty object where there is none', () => {
    expect(readBody(secretCreation, undefined)).toEqual({ accepted: true, value: {} })
    expect(readBody(secretCreation, Buffer.alloc(0))).toEqual({ accepted: true, value: {} })
  })

  it.each([
    ['{', 'bad_json'],
    ['nul', 'bad_json'],
    ['{"name":"\u0000"}', 'bad_json'],
    ['null', 'invalid_member'],
    ['[]', 'invalid_member'],
    ['"name"', 'invalid_member'],
    ['{"name":"a","nmae":"b"}', 'unknown_member'],
    ['{"name":"a","__proto__":{"hosts":[]}}', 'unknown_member'],
    ['{"name":"a","constructor":1}', 'unknown_member'],
    ['{}', 'missing_member'],
    ['{"name":"A"}', 'invalid_member'],
    ['{"name":"a\\u0000"}', 'invalid_member'],
    ['{"name":"a","display_name":"\\ud800"}', 'invalid_member'],
    ['{"name":"a","display_name":"\\u0000"}', 'invalid_member'],
    ['{"name":"a","hosts":"a.example"}', 'invalid_member'],
    ['{"name":"a","hosts":[1e999]}', 'invalid_member'],
    ['{"name":null}', 'invalid_member'],
  ])('%s is refused as %s', (text, reason) => {
    expect(readBody(tenantCreation, Buffer.from(text))).toMatchObject({ accepted: false, reason })
  })

  it('that is not UTF-8 is refused', () => {
    expect(readBody(tenantCreation, Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ reason: 'bad_json' })
  })

  it('is refused with the name of the member at fault', () => {
    expect(readBody(tenantCreation, json({ name: 'a', nmae: 1 }))).toMatchObject({ detail: '"nmae" is not known.' })
    expect(readBody(principalCreation, json({ name: 'a' }))).toMatchObject({ detail: '"kind" is required.' })
    expect(readBody(principalCreation, json({ kind: 'robot', name: 'a' }))).toMatchObject({
      detail: '"kind" must be one of service, user, group.',
    })
    expect(readBody(issuancePolicyChange, json({ scopes: ['a', 'b c'] }))).toMatchObject({
      detail: '"scopes.1" has a character or a form that is not allowed here.',
    })
    expect(readBody(resourceSettings, json({ audience: 'a', claims: { x: { from: 'nobody' } } }))).toMatchObject({
      detail: '"claims.x" has none of the forms that are allowed here.',
    })
  })

  it('may name a member of any length, which the answer cuts', () => {
    const outcome = readBody(tenantCreation, json({ name: 'a', ['x'.repeat(9000)]: 1 }))
    expect(JSON.stringify(outcome).length).toBeLessThan(200)
  })

  it('of any depth is read without a stack', () => {
    const depth = 30_000
    expect(readBody(tenantCreation, Buffer.from(`{"name":${'['.repeat(depth)}${']'.repeat(depth)}}`))).toMatchObject({
      reason: 'invalid_member',
    })
  })

  it('never shows the secret it was refused for', () => {
    const value = ' not-to-be-seen'
    expect(JSON.stringify(readBody(secretCreation, json({ value })))).not.toContain('not-to-be-seen')
  })

  it('of any JSON is accepted or refused, and never thrown over', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        for (const schema of [tenantCreation, resourceSettings, issuancePolicyChange]) readBody(schema, Buffer.from(text))
      }),
    )
  })
})

describe('an imported secret', () => {
  it.each(['12345678', 'päss wörd', 'a%2F+b:c=', '😀'.repeat(8), 'x'.repeat(512)])('may be %j', (value) => {
    expect(readBody(secretCreation, json({ value }))).toMatchObject({ accepted: true })
  })

  it.each(['1234567', 'x'.repeat(513), ' 12345678', '12345678 ', '1234\u00005678', '1234\n5678', '12345678\u00a0', '\u200312345678'])(
    'may not be %j',
    (value) => {
      expect(readBody(secretCreation, json({ value }))).toMatchObject({ reason: 'invalid_member' })
    },
  )
})

describe('a query', () => {
  it('has numbers and truths where the schema wants them', () => {
    expect(readQuery(principalFilter, { limit: '10', kind: 'service', name: '10' })).toEqual({
      accepted: true,
      value: { limit: 10, kind: 'service', name: '10' },
    })
  })

  it.each([
    { limit: '0' },
    { limit: '1001' },
    { limit: '1.5' },
    { limit: '' },
    { limit: '1e2' },
    { limit: ['1', '2'] },
    { cursor: '\0' },
    { kind: 'x' },
  ])('%j is refused', (query) => {
    expect(readQuery(principalFilter, query)).toMatchObject({ reason: 'invalid_parameter' })
  })

  it('with a parameter nobody knows is refused with its name', () => {
    expect(readQuery(principalFilter, { limt: '1' })).toEqual({
      accepted: false,
      reason: 'unknown_parameter',
      detail: '"limt" is not known.',
    })
  })
})

describe('a path', () => {
  it('is read where each part could exist', () => {
    expect(readPath(workspacePath, { tenant: 'a', workspace: 'any name' })).toMatchObject({ accepted: true })
  })

  it.each([
    [{ tenant: 'A', principal: uuid, secret: uuid }, 'tenant_unknown'],
    [{ tenant: '__proto__', principal: 'x', secret: uuid }, 'tenant_unknown'],
    [{ tenant: 'a', principal: 'x', secret: uuid }, 'principal_unknown'],
    [{ tenant: 'a', principal: uuid.toUpperCase(), secret: uuid }, 'principal_unknown'],
    [{ tenant: 'a', principal: uuid, secret: '\0' }, 'secret_unknown'],
  ])('%j leads nowhere: %s', (path, reason) => {
    expect(readPath(principalSecretPath, path)).toEqual({ accepted: false, reason })
  })
})
