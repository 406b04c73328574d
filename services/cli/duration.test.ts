import { describe, expect, it } from 'vitest'
import { secondsIn } from './duration.ts'

describe('a duration', () => {
  it.each([
    ['30d', 2_592_000],
    ['2w', 1_209_600],
    ['12h', 43_200],
    ['15m', 900],
    ['3600s', 3600],
    ['3600', 3600],
  ])('%s is %d seconds', (text, seconds) => expect(secondsIn(text)).toBe(seconds))

  it.each(['', 'd', '1y', '-1', '1.5h', '1h30m', ' 5', '99999999999999'])('%j is none', (text) =>
    expect(() => secondsIn(text)).toThrow('is not a duration'),
  )
})
