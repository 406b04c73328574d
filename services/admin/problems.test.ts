import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { problems } from './problems.ts'

const libs = join(import.meta.dirname, '../../libs')
const read = (path: string): string => readFileSync(join(libs, path), 'utf8')

/** The members of `export type …Refusal = 'a' | 'b'` in a source text. */
const refusalsIn = (source: string): string[] =>
  [...source.matchAll(/export type \w+Refusal =([^\n]*(?:\n\s+\|[^\n]*)*)/g)].flatMap(([, union = '']) =>
    [...union.matchAll(/'([a-z_]+)'/g)].map(([, name = '']) => name),
  )

// The grants have no stream: what the token path refuses is the issuer's to answer.
const deciders = readdirSync(join(libs, 'domain'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('decide.ts'))
const decided = deciders.flatMap((path) => refusalsIn(read(join('domain', path))))

describe('the table of problems', () => {
  it('knows every refusal of the domain', () => {
    expect(decided.length).toBeGreaterThan(15)
    expect(decided.filter((reason) => !Object.hasOwn(problems, reason))).toEqual([])
  })

  it('knows every refusal of the read tables', () => {
    const taken = refusalsIn(read('event-store/store.ts'))
    expect(taken).toContain('name_taken')
    expect(taken.filter((reason) => !Object.hasOwn(problems, reason))).toEqual([])
  })

  it('gives each a status a client can act on, and a sentence', () => {
    for (const [code, { status, sentence }] of Object.entries(problems)) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
      expect([400, 401, 404, 409, 413, 415, 503]).toContain(status)
      expect(sentence).toMatch(/^[A-Z].*\.$/)
    }
  })

  it('answers every name that is taken as a conflict and everything unknown as not found', () => {
    const conflicts = Object.entries(problems).filter(([code]) => code.endsWith('_taken') || code.endsWith('_exists'))
    expect(new Set(conflicts.map(([, { status }]) => status))).toEqual(new Set([409]))
    const ids = ['tenant_unknown', 'workspace_unknown', 'principal_unknown', 'resource_unknown', 'secret_unknown', 'token_unknown'] as const
    expect(ids.map((code) => problems[code].status)).toEqual(ids.map(() => 404))
  })
})
