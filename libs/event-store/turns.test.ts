import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openTurns } from './turns.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('turns', () => {
  test('of one key come one at a time, in the order of asking; those of another do not wait', async () => {
    const turns = openTurns(1_000)
    const order: string[] = []
    const first = Promise.withResolvers<void>()
    const taken = [
      turns.take('a', async () => {
        await first.promise
        order.push('a1')
      }),
      turns.take('a', async () => void order.push('a2')),
      turns.take('b', async () => void order.push('b1')),
    ]
    await taken[2]
    expect(order).toEqual(['b1'])
    first.resolve()
    await Promise.all(taken)
    expect(order).toEqual(['b1', 'a1', 'a2'])
  })

  test('come although the one before failed', async () => {
    const turns = openTurns(1_000)
    const failing = turns.take('a', () => Promise.reject(new Error('first')))
    const next = turns.take('a', async () => 'second')
    await expect(failing).rejects.toThrow('first')
    await expect(next).resolves.toBe('second')
  })

  test('that do not come in time are given up, and never taken', async () => {
    const turns = openTurns(1_000)
    const first = Promise.withResolvers<string>()
    const late = vi.fn(async () => 'late')
    const holding = turns.take('a', () => first.promise)
    const impatient = turns.take('a', late).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await impatient).toMatchObject({ code: 'store_unavailable', retryable: true })
    const patient = turns.take('a', async () => 'patient')
    first.resolve('first')
    expect(await Promise.all([holding, patient])).toEqual(['first', 'patient'])
    expect(late).not.toHaveBeenCalled()
  })
})
