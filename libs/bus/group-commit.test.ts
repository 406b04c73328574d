import type { Clock } from '@chancery/kernel'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultGroupCommitLimits, type GroupCommitLimits, groupCommit } from './group-commit.ts'

interface Write {
  readonly batch: readonly string[]
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

/** A commit whose writes end when the test says so. An item is as large as its text is long. */
const handDriven = (limits: Partial<GroupCommitLimits> = {}) => {
  const writes: Write[] = []
  const settled: string[] = []
  const commits = groupCommit<string>({
    write: (batch) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      writes.push({ batch, resolve, reject })
      return promise
    },
    sizeOf: (item) => item.length,
    clock,
    limits: { ...defaultGroupCommitLimits, ...limits },
  })
  const append = (item: string): void =>
    void commits.append(item).then(
      () => settled.push(`${item} durable`),
      (fault: unknown) => settled.push(`${item} ${Object(fault).code} ${Object(fault).retryable ? 'again' : 'never'}`),
    )
  return { writes, settled, append, drain: () => commits.drain(), batches: () => writes.map(({ batch }) => batch.join('')) }
}

/** Until all that can happen without time or a write has happened. */
const idle = async (): Promise<void> => {
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve))
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a group commit', () => {
  it('writes what arrives together in one batch, in order', async () => {
    const { writes, settled, append, batches } = handDriven()
    for (const item of ['a', 'b', 'c']) append(item)
    await idle()
    expect(batches()).toEqual(['abc'])
    expect(settled).toEqual([])
    writes[0]?.resolve()
    await idle()
    expect(settled).toEqual(['a durable', 'b durable', 'c durable'])
  })

  it('has one write in flight; what arrives meanwhile rides in the next', async () => {
    const { writes, settled, append, batches } = handDriven()
    append('a')
    await idle()
    for (const item of ['b', 'c']) append(item)
    await idle()
    expect(batches()).toEqual(['a'])
    writes[0]?.resolve()
    await idle()
    expect(batches()).toEqual(['a', 'bc'])
    expect(settled).toEqual(['a durable'])
    writes[1]?.resolve()
    await idle()
    expect(settled).toEqual(['a durable', 'b durable', 'c durable'])
    append('d')
    await idle()
    expect(batches()).toEqual(['a', 'bc', 'd'])
  })

  it('fills a batch up to its limit and no farther', async () => {
    const { writes, append, batches } = handDriven({ batchBytes: 4 })
    for (const item of ['aa', 'bb', 'c', 'ddd', 'e']) append(item)
    for (let index = 0; index < 3; index += 1) {
      await idle()
      writes[index]?.resolve()
    }
    expect(batches()).toEqual(['aabb', 'cddd', 'e'])
  })

  it('writes an item beyond the limit alone, so that it fails alone', async () => {
    const { writes, settled, append, batches } = handDriven({ batchBytes: 4 })
    for (const item of ['a', 'bbbbbb', 'c']) append(item)
    await idle()
    writes[0]?.resolve()
    await idle()
    writes[1]?.reject(new Error('too large'))
    await idle()
    writes[2]?.resolve()
    await idle()
    expect(batches()).toEqual(['a', 'bbbbbb', 'c'])
    expect(settled).toEqual(['a durable', 'bbbbbb log_unavailable again', 'c durable'])
  })

  it('fails a batch whose write fails, and only that one', async () => {
    const { writes, settled, append } = handDriven()
    append('a')
    await idle()
    append('b')
    writes[0]?.reject(new Error('a text of the driver'))
    await idle()
    writes[1]?.resolve()
    await idle()
    expect(settled).toEqual(['a log_unavailable again', 'b durable'])
  })

  it('survives a write that throws instead of rejecting', async () => {
    const write = vi.fn<() => Promise<void>>().mockImplementationOnce(() => {
      throw new Error('at once')
    })
    const commits = groupCommit({ write, sizeOf: () => 1, clock, limits: defaultGroupCommitLimits })
    await expect(commits.append('a')).rejects.toMatchObject({ code: 'log_unavailable' })
    await expect(commits.append('b')).resolves.toBeUndefined()
  })
})

describe('a caller', () => {
  it('waits a second from its append, then leaves the queue', async () => {
    const { writes, settled, append, batches } = handDriven()
    append('a')
    await idle()
    vi.advanceTimersByTime(600)
    append('b')
    vi.advanceTimersByTime(399)
    await idle()
    expect(settled).toEqual([])
    vi.advanceTimersByTime(1)
    await idle()
    expect(settled).toEqual(['a log_timeout again'])
    vi.advanceTimersByTime(600)
    await idle()
    expect(settled).toEqual(['a log_timeout again', 'b log_timeout again'])
    append('c')
    writes[0]?.resolve()
    await idle()
    expect(batches()).toEqual(['a', 'c'])
  })

  it('has a deadline of its own, also in a batch with others', async () => {
    const { writes, settled, append } = handDriven()
    append('x')
    await idle()
    append('a')
    vi.advanceTimersByTime(700)
    append('b')
    writes[0]?.resolve()
    await idle()
    vi.advanceTimersByTime(300)
    await idle()
    expect(settled).toEqual(['x durable', 'a log_timeout again'])
    writes[1]?.resolve()
    await idle()
    expect(settled).toEqual(['x durable', 'a log_timeout again', 'b durable'])
  })

  it('hears one answer: a write that ends after the deadline changes nothing', async () => {
    const { writes, settled, append } = handDriven()
    append('a')
    append('b')
    await idle()
    vi.advanceTimersByTime(1000)
    await idle()
    writes[0]?.resolve()
    await idle()
    vi.advanceTimersByTime(5000)
    await idle()
    expect(settled).toEqual(['a log_timeout again', 'b log_timeout again'])
  })

  it('is told at once that the queue is full, by items', async () => {
    const { writes, settled, append, batches } = handDriven({ queueItems: 2 })
    append('a')
    await idle()
    for (const item of ['b', 'c', 'd']) append(item)
    await Promise.resolve()
    expect(settled).toEqual(['d log_full again'])
    writes[0]?.resolve()
    await idle()
    expect(batches()).toEqual(['a', 'bc'])
    append('e')
    await idle()
    expect(settled).toEqual(['d log_full again', 'a durable'])
  })

  it('is told at once that the queue is full, by bytes', async () => {
    const { settled, append } = handDriven({ queueBytes: 4 })
    append('aaa')
    append('bb')
    append('c')
    await Promise.resolve()
    expect(settled).toEqual(['bb log_full again'])
  })

  it('finds room again where others timed out', async () => {
    const { settled, append } = handDriven({ queueItems: 1, queueBytes: 1 })
    append('a')
    await idle()
    append('b')
    vi.advanceTimersByTime(1000)
    append('c')
    await idle()
    expect(settled).toEqual(['a log_timeout again', 'b log_timeout again'])
  })
})

describe('a drain', () => {
  it('waits for all that was appended before it', async () => {
    const { writes, append, drain } = handDriven()
    let isDrained = false
    append('a')
    await idle()
    append('b')
    void drain().then(() => {
      isDrained = true
    })
    writes[0]?.resolve()
    await idle()
    expect(isDrained).toBe(false)
    writes[1]?.resolve()
    await idle()
    expect(isDrained).toBe(true)
  })

  it('ends at once when nothing waits, and leaves no timer behind', async () => {
    const { writes, append, drain } = handDriven()
    await drain()
    append('a')
    await idle()
    writes[0]?.resolve()
    await drain()
    await idle()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends when all have given up waiting for a write that hangs', async () => {
    const { settled, append, drain } = handDriven()
    append('a')
    await idle()
    const drained = drain()
    vi.advanceTimersByTime(1000)
    await expect(drained).resolves.toBeUndefined()
    expect(settled).toEqual(['a log_timeout again'])
  })
})

describe('whatever happens', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ size: fc.integer({ min: 1, max: 6 }) }) },
    { weight: 2, arbitrary: fc.constantFrom('succeed' as const, 'fail' as const) },
    { weight: 1, arbitrary: fc.record({ passes: fc.integer({ min: 1, max: 700 }) }) },
  )

  it('each item is answered once, and no write carries one twice or one that left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { writes, settled, append, batches } = handDriven({ batchBytes: 8, queueItems: 5, queueBytes: 20 })
        let ended = 0
        let named = 0
        const end = (isGood: boolean): void => (isGood ? writes[ended]?.resolve() : writes[ended]?.reject(new Error('no')))
        for (const one of steps) {
          if (typeof one === 'string') {
            end(one === 'succeed')
            ended = Math.min(ended + 1, writes.length)
          } else if ('size' in one) append(`${String.fromCharCode(97 + named++)}${'.'.repeat(one.size - 1)}`)
          else vi.advanceTimersByTime(one.passes)
          await idle()
          expect(writes.length - ended).toBeLessThanOrEqual(1)
        }
        vi.advanceTimersByTime(1000)
        await idle()
        const items = settled.map((answer) => answer.split(' ', 1)[0])
        expect([items.length, new Set(items).size]).toEqual([named, named])
        const written = batches().join('').replaceAll('.', '').split('')
        expect(written).toEqual([...new Set(written)])
        for (const { batch } of writes) expect(batch.length === 1 || batch.join('').length <= 8).toBe(true)
        const refused = settled.filter((answer) => answer.includes('log_full')).map((answer) => answer.slice(0, 1))
        expect(written.filter((item) => refused.includes(item))).toEqual([])
      }),
      { numRuns: 100 },
    )
  })
})
