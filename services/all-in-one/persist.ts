import { setTimeout } from 'node:timers/promises'

const firstPauseMs = 100

export interface Persistence {
  /** Ends the trying; an attempt under way is waited for. */
  readonly signal: AbortSignal
  readonly onFailure: (error: unknown) => void
  readonly longestPauseMs: number
}

/** Tries until it succeeds, with pauses that double from 0.1 s to the longest. Resolves with nothing once the signal has ended it. */
export const persist = async <Result>(
  attempt: () => Promise<Result>,
  { signal, onFailure, longestPauseMs }: Persistence,
): Promise<Result | undefined> => {
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await attempt()
    } catch (error) {
      onFailure(error)
      await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined)
    }
  }
  return undefined
}
