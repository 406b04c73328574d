import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventSchemas, parseEvent, type StoredEvent, streams, touchesOf, type Upcasters, upcast } from './catalog.ts'
import { credentials } from './credential/decide.ts'
import { operatorTokens } from './operator/decide.ts'
import { policies } from './policy/decide.ts'
import { principals } from './principal/decide.ts'
import { resources } from './resource/decide.ts'
import { signingKeys } from './signing-key/decide.ts'
import { tenants } from './tenant/decide.ts'
import { workspaces } from './workspace/decide.ts'

/** One line for every version of every event that was ever written. Lines are added, never changed and never taken away. */
const golden: StoredEvent[] = readFileSync(new URL('./golden/events.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

describe('the log', () => {
  it('reads every version of every event that was ever written', () => {
    for (const event of golden) expect([...eventSchemas.keys()]).toContain(parseEvent(event).type)
  })

  it('has a golden line for every event that is written today', () => {
    const known = new Set(golden.map(({ type }) => type))
    expect([...eventSchemas.keys()].filter((type) => !known.has(type))).toEqual([])
  })

  it('reads an event without its sealed part, which is not relayed', () => {
    for (const { sealed: _, personal: __, ...event } of golden) expect(parseEvent(event)).toEqual(event)
  })

  it('is never guessed at: an event that lacks a member is a broken log', () => {
    for (const event of golden) {
      const [name] = Object.keys(event.data ?? {})
      if (name === undefined) continue
      expect(() => parseEvent({ ...event, data: { ...Object(event.data), [name]: undefined } })).toThrow(event.type)
    }
  })

  it('knows no type by another name or from a prototype', () => {
    for (const type of ['tenant.created', 'tenant.created.v2', 'constructor', '__proto__', '']) {
      expect(() => parseEvent({ type, data: {} })).toThrow('broken invariant')
    }
  })

  it('brings old events up step by step', () => {
    const steps: Upcasters = new Map([
      ['thing.made.v1', (event: StoredEvent) => ({ ...event, type: 'thing.made.v2', data: { ...Object(event.data), size: 1 } })],
      ['thing.made.v2', (event: StoredEvent) => ({ ...event, type: 'thing.made.v3', data: { ...Object(event.data), colour: 'red' } })],
    ])
    expect(upcast({ type: 'thing.made.v1', data: { name: 'a' } }, steps)).toEqual({
      type: 'thing.made.v3',
      data: { name: 'a', size: 1, colour: 'red' },
    })
  })
})

describe('every stream', () => {
  it('raises the version of one principal, if it is a principal’s, and the policy version otherwise', () => {
    expect(touchesOf(streams.principal('p1'))).toEqual({ kind: 'principal', principalId: 'p1' })
    for (const stream of [streams.tenant, streams.signingKeys, streams.operatorTokens, streams.workspace('w1'), streams.resource('r1')]) {
      expect(touchesOf(stream)).toEqual({ kind: 'policy' })
    }
  })
})

describe('every decider', () => {
  const events = golden.map(parseEvent)
  const folds = { credentials, operatorTokens, policies, principals, resources, signingKeys, tenants, workspaces }
  const step = (state: unknown, fold: unknown, event: unknown): unknown => Reflect.apply(Object(fold).evolve, undefined, [state, event])

  it('passes over events of others, so that several can share a stream', () => {
    const others = { type: 'of.others.v1', data: {} }
    for (const fold of Object.values(folds)) {
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...events)), (history) => {
          const state = history.reduce((before: unknown, event) => step(before, fold, event), fold.initialState)
          expect(step(state, fold, others)).toBe(state)
        }),
        { numRuns: 30 },
      )
    }
  })

  it('comes to the same state from the same history, whatever it read in between', () => {
    for (const fold of Object.values(folds)) {
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...events)), (history) => {
          const frozen = history.map((event) => structuredClone(event))
          const first = history.reduce((before: unknown, event) => step(before, fold, event), fold.initialState)
          expect(history).toEqual(frozen)
          expect(history.reduce((before: unknown, event) => step(before, fold, event), fold.initialState)).toEqual(first)
        }),
        { numRuns: 30 },
      )
    }
  })
})
