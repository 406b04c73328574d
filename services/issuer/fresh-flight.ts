import { Fault } from '@chancery/kernel'

/** How long a caller waits for a load that only begins when another has ended. While a database does not answer, each takes its whole timeout. */
const patienceMs = 3000

const withPatience = <Result>(flight: Promise<Result>): Promise<Result> => {
  const { promise, resolve, reject } = Promise.withResolvers<Result>()
  const timer = setTimeout(() => reject(new Fault('load_timeout')), patienceMs)
  void flight.then(resolve, reject).finally(() => clearTimeout(timer))
  return promise
}

/**
 * Shares a load among concurrent callers without ever handing one a load that began before it asked: whoever finds a load under way waits
 * for the next one, which starts when that ends. So a thousand callers cost two loads, and nobody gets a state older than its question.
 * Rejects as the load does, and with a retryable Fault when the wait for the next one grows too long.
 */
export const freshFlight = <Result>(load: () => Promise<Result>): (() => Promise<Result>) => {
  let running: Promise<Result> | undefined
  let next: Promise<Result> | undefined

  const start = (): Promise<Result> => {
    next = undefined
    const flight = load().finally(() => {
      // Whoever comes before the next one has begun still waits for that, so that two never run at once.
      if (running === flight && next === undefined) running = undefined
    })
    running = flight
    return flight
  }

  return () => {
    if (running === undefined) return start()
    next ??= withPatience(running.then(start, start))
    return next
  }
}

/** Flights by key; a key is forgotten when nothing flies for it. */
export const freshFlights = <Argument, Result>(
  load: (argument: Argument) => Promise<Result>,
): ((key: string, argument: Argument) => Promise<Result>) => {
  const flights = new Map<string, { readonly join: () => Promise<Result>; passengers: number }>()
  return async (key, argument) => {
    const flight = flights.get(key) ?? { join: freshFlight(() => load(argument)), passengers: 0 }
    flights.set(key, flight)
    flight.passengers += 1
    try {
      return await flight.join()
    } finally {
      flight.passengers -= 1
      if (flight.passengers === 0) flights.delete(key)
    }
  }
}
