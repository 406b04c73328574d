export type Milliseconds = number
export type Seconds = number

/** Time as the service sees it. `now` is wall time since the epoch; `monotonic` never goes back and serves deadlines only. Both in milliseconds. */
export interface Clock {
  now(): Milliseconds
  monotonic(): Milliseconds
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

/** Whole seconds, rounded down, as JWT's NumericDate wants them (RFC 7519 §2). */
export const toSeconds = (at: Milliseconds): Seconds => Math.floor(at / 1000)
