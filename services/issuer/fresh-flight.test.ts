import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { freshFlight, freshFlights } from './fresh-flight.ts'

/** A load that ends when the test says so, with the number of its start. */
const handDriven = () => {
  const loads: PromiseWithResolvers<number>[] = []
  const load = (): Promise<number> => {
    loads.push(Promise.withResolvers<number>())
    return loads.at(-1)?.promise ?? Promise.reject(new Error('unreachable'))
  }
  const land = (number: number): void => loads[number - 1]?.resolve(number)
  return { loads, load, land, crash: (number: number) => loads[number - 1]?.reject(new Error(`load ${number}`)) }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

describe('a fresh flight', () => {
  afterEach(() => vi.useRealTimers())

  it('keeps nobody waiting for two loads that each take their whole timeout, and still flies', async () => {
    vi.useFakeTimers()
    const { loads, load, land } = handDriven()
    const join = freshFlight(load)
    const first = join()
    const late = [join(), join()].map((flight) => expect(flight).rejects.toMatchObject({ code: 'load_timeout', retryable: true }))
    await vi.advanceTimersByTimeAsync(3000)
    await Promise.all(late)
    land(1)
    await expect(first).resolves.toBe(1)
    await turns()
    const afterwards = join()
    land(2)
    await turns()
    land(3)
    await expect(afterwards).resolves.toBe(3)
    expect(loads).toHaveLength(3)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('never hands a caller a load that began before it asked', async () => {
    const { loads, load, land } = handDriven()
    const join = freshFlight(load)
    const first = join()
    const late = [join(), join()]
    expect(loads).toHaveLength(1)
    land(1)
    await expect(first).resolves.toBe(1)
    await turns()
    expect(loads).toHaveLength(2)
    land(2)
    await expect(Promise.all(late)).resolves.toEqual([2, 2])
  })

  it('costs a thousand callers two loads', async () => {
    const { loads, load, land } = handDriven()
    const join = freshFlight(load)
    const all = Array.from({ length: 1000 }, () => join())
    land(1)
    await turns()
    land(2)
    await Promise.all(all)
    expect(loads).toHaveLength(2)
  })

  it('starts at once when nothing flies', async () => {
    const { load, land } = handDriven()
    const join = freshFlight(load)
    for (const number of [1, 2, 3]) {
      const flight = join()
      land(number)
      await expect(flight).resolves.toBe(number)
    }
  })

  it('tells those on board of a failure, and nobody who waits for the next', async () => {
    const { load, land, crash } = handDriven()
    const join = freshFlight(load)
    const [first, second] = [join(), join()]
    crash(1)
    await expect(first).rejects.toThrow('load 1')
    await turns()
    land(2)
    await expect(second).resolves.toBe(2)
  })

  it('does not begin another load beside the next one, whenever it is asked', async () => {
    for (let late = 0; late < 8; late += 1) {
      const { loads, load, land } = handDriven()
      const join = freshFlight(load)
      const flights = [join(), join()]
      land(1)
      for (let turn = 0; turn < late; turn += 1) await Promise.resolve()
      flights.push(join())
      await turns()
      expect(loads).toHaveLength(2)
      for (const number of [2, 3]) {
        land(number)
        await turns()
      }
      await Promise.all(flights)
    }
  })

  it('flies one load at a time and never an old one, in any order of asking and landing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('ask', 'land', 'crash', 'turn'), { maxLength: 40 }), async (steps) => {
        const { loads, load, land, crash } = handDriven()
        const join = freshFlight(load)
        let ended = 0
        const answers: Promise<boolean>[] = []
        const acts = {
          ask: () => {
            const begun = loads.length
            answers.push(
              join().then(
                (number) => number > begun,
                (error: Error) => Number(error.message.slice('load '.length)) > begun,
              ),
            )
          },
          land: () => land(++ended),
          crash: () => crash(++ended),
          turn: () => undefined,
        }
        for (const step of steps) {
          if (step === 'turn') await Promise.resolve()
          else if (step === 'ask' || ended < loads.length) acts[step]()
          expect(loads.length - ended).toBeLessThanOrEqual(1)
        }
        for (let rest = 0; rest < 3; rest += 1) {
          await turns()
          if (ended < loads.length) acts.land()
        }
        expect(await Promise.all(answers)).not.toContain(false)
      }),
      { numRuns: 300 },
    )
  })
})

describe('flights by key', () => {
  it('are shared by key and not across keys', async () => {
    const loaded: string[] = []
    const join = freshFlights(async (name: string) => {
      loaded.push(name)
      return name
    })
    expect(await Promise.all([join('a', 'a'), join('b', 'b'), join('a', 'a'), join('a', 'a')])).toEqual(['a', 'b', 'a', 'a'])
    expect(loaded).toEqual(['a', 'b', 'a'])
  })

  it('keep the promise while callers come and go', async () => {
    const { loads, load, land } = handDriven()
    const join = freshFlights(load)
    const first = join('a', undefined)
    const second = join('a', undefined)
    land(1)
    await first
    await turns()
    const third = join('a', undefined)
    await turns()
    expect(loads).toHaveLength(2)
    land(2)
    await expect(second).resolves.toBe(2)
    await turns()
    land(3)
    await expect(third).resolves.toBe(3)
  })
})
