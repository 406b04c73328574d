import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spec, walk } from '../spec.ts'
import type { AddSigningKey, SigningKeyCommand } from './commands.ts'
import { signingKeys } from './decide.ts'
import type { SigningKeyEvent } from './events.ts'

const at = 1_700_000_000_000
const hour = 3_600_000

const add = (kid: string, changes: Partial<AddSigningKey> = {}): AddSigningKey => ({
  kind: 'add',
  kid,
  alg: 'ES256',
  publicJwk: { kty: 'EC', crv: 'P-256', x: kid, y: kid },
  createdAt: at,
  activatesAt: at,
  sealedPrivateKey: 'v1:k1:sealed',
  isCompromised: false,
  ...changes,
})

const generated = (kid: string, changes: Partial<AddSigningKey> = {}): SigningKeyEvent => {
  const { alg, publicJwk, createdAt, activatesAt, sealedPrivateKey } = add(kid, changes)
  return {
    type: 'signing-key.generated.v1',
    data: { kid, alg, publicJwk, createdAt, activatesAt },
    sealed: { privateKey: sealedPrivateKey },
  }
}
const compromised = (kid: string): SigningKeyEvent => ({ type: 'signing-key.compromised.v1', data: { kid, at } })

describe('the signing keys of a tenant', () => {
  it('keep the private half sealed, out of what is relayed', () => {
    spec(signingKeys)
      .given([])
      .when(add('a'))
      .thenAccepted([generated('a')])
    expect(JSON.stringify(generated('a').data)).not.toContain('sealed')
  })

  it('are named once', () => {
    spec(signingKeys)
      .given([generated('a')])
      .when(add('a'))
      .thenRejected('key_exists')
  })

  it('rotate one at a time: the next waits until the last has begun to sign', () => {
    const pending = generated('b', { activatesAt: at + hour })
    spec(signingKeys)
      .given([generated('a'), pending])
      .when(add('c', { activatesAt: at + 2 * hour }))
      .thenRejected('rotation_pending')
    spec(signingKeys)
      .given([generated('a'), pending])
      .when(add('c', { createdAt: at + hour, activatesAt: at + 2 * hour }))
      .thenAccepted([generated('c', { createdAt: at + hour, activatesAt: at + 2 * hour })])
  })

  it('rotate apart by algorithm', () => {
    spec(signingKeys)
      .given([generated('a', { activatesAt: at + hour })])
      .when(add('b', { alg: 'RS256' }))
      .thenAccepted([generated('b', { alg: 'RS256' })])
  })

  it('are all given up in a compromise, the pending one too, and no other algorithm’s', () => {
    spec(signingKeys)
      .given([generated('a'), generated('b', { activatesAt: at + hour }), generated('r', { alg: 'RS256' }), compromised('a')])
      .when(add('c', { isCompromised: true }))
      .thenAccepted([generated('c'), compromised('b')])
  })

  it('are sealed anew without becoming another key', () => {
    spec(signingKeys)
      .given([generated('a')])
      .when({ kind: 'rewrap', kid: 'a', sealedPrivateKey: 'v1:k2:sealed' })
      .thenAccepted([{ type: 'signing-key.rewrapped.v1', data: { kid: 'a' }, sealed: { privateKey: 'v1:k2:sealed' } }])
    spec(signingKeys).given([]).when({ kind: 'rewrap', kid: 'a', sealedPrivateKey: 'v1:k2:sealed' }).thenRejected('key_unknown')
  })
})

/** Minutes between the commands, and whether the rotation is an emergency. */
const asked = fc.record({ minutes: fc.nat(90), isCompromised: fc.boolean(), alg: fc.constantFrom('ES256', 'RS256') })
const life = fc.array(asked, { maxLength: 20 }).map((all) => {
  let now = at
  return all.map(({ minutes, isCompromised, alg }, index): SigningKeyCommand => {
    now += minutes * 60_000
    return add(`k${index}`, { createdAt: now, activatesAt: isCompromised ? now : now + hour, isCompromised, alg })
  })
})

describe('any life of a tenant’s keys', () => {
  it('has one pending key of an algorithm at most, and none but the new one after a compromise', () => {
    fc.assert(
      fc.property(life, (commands) => {
        for (const { command, decision, after } of walk(signingKeys, commands)) {
          if (command.kind !== 'add' || !decision.accepted) continue
          const living = after.filter(({ alg, isCompromised }) => alg === command.alg && !isCompromised)
          expect(living.filter(({ activatesAt }) => activatesAt > command.createdAt).length).toBeLessThanOrEqual(1)
          expect(living.map(({ kid }) => kid)).toEqual(command.isCompromised ? [command.kid] : living.map(({ kid }) => kid))
        }
      }),
    )
  })

  it('forgets no key and never takes a compromise back', () => {
    fc.assert(
      fc.property(life, (commands) => {
        for (const { before, after } of walk(signingKeys, commands)) {
          expect(after.slice(0, before.length).map(({ kid }) => kid)).toEqual(before.map(({ kid }) => kid))
          expect(before.every(({ isCompromised }, index) => !isCompromised || after[index]?.isCompromised)).toBe(true)
        }
      }),
    )
  })
})
