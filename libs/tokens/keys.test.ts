import { asId } from '@chancery/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { activation, jwksMaxAgeSeconds, publishedKeys, type SigningKey, signingKeyAt, signingKeyFrom } from './keys.ts'
import { generateSigningKey } from './proven-key.ts'

const minute = 60_000
const hour = 60 * minute
const start = Date.UTC(2026, 0, 1)
const lifeSeconds = 3600
const retention = lifeSeconds * 1000 + 15 * minute

const key = (kid: string, activatesAt: number, more: Partial<SigningKey> = {}): SigningKey => ({
  kid: asId(kid),
  alg: 'ES256',
  publicJwk: { crv: 'P-256', kty: 'EC', x: kid, y: kid },
  createdAt: activatesAt,
  activatesAt,
  ...more,
})

const signer = (keys: readonly SigningKey[], now: number) => signingKeyAt(keys, 'ES256', now)?.kid
const published = (keys: readonly SigningKey[], now: number) => publishedKeys(keys, now, lifeSeconds).map(({ kid }) => kid)

describe('the signing key', () => {
  it('is the latest activated one, whatever order the keys come in', () => {
    const createdAt = start
    const keys = [key('b', start + hour, { createdAt }), key('a', start), key('c', start + 2 * hour, { createdAt })]
    expect(signer(keys, start + hour - 1)).toBe('a')
    expect(signer(keys, start + hour)).toBe('b')
    expect(signer(keys, start + 3 * hour)).toBe('c')
  })

  it('is of the algorithm asked for', () => {
    expect(signingKeyAt([key('a', start)], 'RS256', start)).toBeUndefined()
  })

  it('is not a key that a compromised one had replaced: its tokens would outlive its place in JWKS', () => {
    const keys = [key('a', start), key('b', start + hour, { compromisedAt: start + 2 * hour })]
    expect(signer(keys, start + 3 * hour)).toBeUndefined()
  })

  it('stays when its successor is found compromised before it signed', () => {
    const keys = [key('a', start), key('b', start + 2 * hour, { createdAt: start, compromisedAt: start + hour })]
    expect(signer(keys, start + 3 * hour)).toBe('a')
    expect(published(keys, start + 24 * hour)).toEqual(['a'])
  })

  it('is the emergency key at once, also on an instance whose clock is behind', () => {
    const keys = [key('a', start, { compromisedAt: start + hour }), key('b', start + hour)]
    expect(signer(keys, start + hour - 5000)).toBe('b')
  })

  it.each([0, -3000])('is the emergency key that replaced a key made %i ms away in the clock of another instance', (skew) => {
    const keys = [key('z', start, { compromisedAt: start + skew }), key('a', start + skew)]
    expect(signer(keys, start + skew)).toBe('a')
  })
})

describe('published keys', () => {
  it('hold a pending key from its creation', () => {
    expect(published([key('a', start), key('b', start + hour, { createdAt: start })], start)).toEqual(['a', 'b'])
  })

  it('hold a replaced key until the last token it signed has expired plus 15 minutes', () => {
    const keys = [key('a', start), key('b', start + hour)]
    expect(published(keys, start + hour + retention - 1)).toEqual(['a', 'b'])
    expect(published(keys, start + hour + retention)).toEqual(['b'])
  })

  it('never hold a compromised key', () => {
    expect(published([key('a', start, { compromisedAt: start + hour }), key('b', start + hour)], start + hour)).toEqual(['b'])
  })

  it('keep the keys of one algorithm when another rotates', () => {
    expect(published([key('a', start), key('r', start + hour, { alg: 'RS256' })], start + 24 * hour)).toEqual(['a', 'r'])
  })
})

describe('activation', () => {
  const normal = { alg: 'ES256', leadSeconds: 7200, compromised: false } as const

  it('is at once for the first key of an algorithm', () => {
    expect(activation([], start, normal)).toBe(start)
    expect(activation([key('a', start)], start, { ...normal, alg: 'RS256' })).toBe(start)
  })

  it('is after the lead for a rotation', () => {
    expect(activation([key('a', start)], start, normal)).toBe(start + 2 * hour)
  })

  it('is never sooner than an hour or the JWKS max-age after publication', () => {
    expect(activation([key('a', start)], start, { ...normal, leadSeconds: 0 })).toBe(start + Math.max(hour, jwksMaxAgeSeconds * 1000))
  })

  it('is at once when a key is compromised, with or without a pending one', () => {
    const pending = key('b', start + 2 * hour, { createdAt: start + hour })
    const compromised = key('a', start, { compromisedAt: start + hour })
    expect(activation([key('a', start), pending], start + hour, { ...normal, compromised: true })).toBe(start + hour)
    expect(activation([compromised, pending], start + hour, normal)).toBe(start + hour)
    expect(activation([compromised], start + hour, normal)).toBe(start + hour)
  })
})

describe('a stored key', () => {
  it('reads back as the signing key it was', async () => {
    const { kid, alg, publicJwk } = await generateSigningKey('ES256')
    const stored = { kid, alg, publicJwk: { ...publicJwk }, createdAt: start, activatesAt: start, compromisedAt: undefined }
    expect(signingKeyFrom(stored)).toEqual(stored)
    expect(() => signingKeyFrom({ ...stored, alg: 'none' })).toThrow('algorithm of ours')
    expect(() => signingKeyFrom({ ...stored, alg: 'RS256' })).toThrow('RSA key')
    expect(() => signingKeyFrom({ ...stored, kid: 'other' })).toThrow('thumbprint')
  })
})

type Step = {
  readonly afterMinutes: number
  readonly rotation: 'normal' | 'compromised' | 'signer given up' | 'pending given up'
  readonly leadMinutes: number
}

/** Plays a sequence of rotations as an operator would order them; every key ever made comes out. */
const play = (steps: readonly Step[]): SigningKey[] => {
  let keys: SigningKey[] = [key('k0', start)]
  let now = start
  for (const [index, step] of steps.entries()) {
    now += step.afterMinutes * minute
    const at = now
    const current = signingKeyAt(keys, 'ES256', at)
    const isGivenUp = ({ kid, activatesAt }: SigningKey): boolean =>
      step.rotation === 'compromised' ||
      (step.rotation === 'signer given up' && kid === current?.kid) ||
      (step.rotation === 'pending given up' && activatesAt > at)
    const compromised = step.rotation === 'compromised' || step.rotation === 'signer given up'
    const activatesAt = activation(keys, at, { alg: 'ES256', leadSeconds: step.leadMinutes * 60, compromised })
    keys = keys.map((one) => (one.compromisedAt === undefined && isGivenUp(one) ? { ...one, compromisedAt: at } : one))
    if (step.rotation !== 'pending given up') keys.push(key(`k${index + 1}`, activatesAt, { createdAt: at }))
  }
  return keys
}

/** The set as it was known at a moment: later keys and later compromises had not happened. */
const asOf = (keys: readonly SigningKey[], now: number): SigningKey[] =>
  keys
    .filter(({ createdAt }) => createdAt <= now)
    .map((one) => (one.compromisedAt !== undefined && one.compromisedAt > now ? { ...one, compromisedAt: undefined } : one))

const step = fc.record({
  afterMinutes: fc.integer({ min: 0, max: 400 }),
  rotation: fc.constantFrom('normal', 'normal', 'compromised', 'signer given up', 'pending given up'),
  leadMinutes: fc.integer({ min: 0, max: 300 }),
} as const)
const history = fc.record({
  steps: fc.array(step, { maxLength: 8 }),
  signedAfter: fc.integer({ min: 0, max: 3000 * minute }),
  presentedAfter: fc.integer({ min: 0, max: lifeSeconds * 1000 }),
  fetchedBefore: fc.integer({ min: 0, max: jwksMaxAgeSeconds * 1000 }),
})

const moments = (
  keys: readonly SigningKey[],
  { signedAfter, presentedAfter, fetchedBefore }: { signedAfter: number; presentedAfter: number; fetchedBefore: number },
) => {
  const signedAt = start + signedAfter
  const presentedAt = signedAt + presentedAfter
  const kid = signer(asOf(keys, signedAt), signedAt)
  const used = keys.find((one) => one.kid === kid)
  if (used === undefined) throw new Error('no key to sign with')
  return { signedAt, presentedAt, fetchedAt: Math.max(start, presentedAt - fetchedBefore), used }
}

const isGivenUpBy = (now: number, { compromisedAt }: SigningKey): boolean => compromisedAt !== undefined && compromisedAt <= now
const isEmergency = ({ activatesAt, createdAt }: SigningKey): boolean => activatesAt === createdAt

describe('over any sequence of rotations', () => {
  const always = (claim: (keys: SigningKey[], at: ReturnType<typeof moments>) => void) => {
    const property = fc.property(history, ({ steps, ...times }) => {
      const keys = play(steps)
      claim(keys, moments(keys, times))
    })
    fc.assert(property, { numRuns: 2000 })
  }

  it('there is always a key to sign with, and it is published', () => {
    always((keys, { used, signedAt }) => expect(published(asOf(keys, signedAt), signedAt)).toContain(used.kid))
  })

  it('a token is verifiable at every moment of its life, unless its key is given up', () => {
    always((keys, { used, presentedAt }) => {
      fc.pre(!isGivenUpBy(presentedAt, used))
      expect(published(asOf(keys, presentedAt), presentedAt)).toContain(used.kid)
    })
  })

  it('a client that keeps JWKS for its max-age never meets an unknown kid, but for emergency keys younger than that', () => {
    always((keys, { used, presentedAt, fetchedAt }) => {
      fc.pre(!isGivenUpBy(presentedAt, used) && !(isEmergency(used) && used.createdAt > fetchedAt))
      expect(published(asOf(keys, fetchedAt), fetchedAt)).toContain(used.kid)
    })
  })
})
