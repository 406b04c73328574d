import { describe, expect, it } from 'vitest'
import { traceIdOf } from './trace.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'

describe('a trace id', () => {
  it('is taken from a valid traceparent, of a later version too', () => {
    expect(traceIdOf(`00-${traceId}-b7ad6b7169203331-01`)).toBe(traceId)
    expect(traceIdOf(`01-${traceId}-b7ad6b7169203331-01-more`)).toBe(traceId)
  })

  it.each([
    undefined,
    '',
    traceId,
    `00-${traceId.toUpperCase()}-b7ad6b7169203331-01`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${traceId}-01`,
    `x00-${traceId}-b7ad6b7169203331-01`,
  ])('is not taken from %j', (header) => {
    expect(traceIdOf(header)).toBeUndefined()
  })
})
