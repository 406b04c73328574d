import { Fault, type Milliseconds } from '@chancery/kernel'

/** One at a time for each key, in the order of asking. A turn that fails leaves the next one untouched. */
export interface Turns {
  /** Rejects with a retryable Fault `store_unavailable` when the turn does not come within the patience; then `work` never runs. */
  take<Result>(key: string, work: () => Promise<Result>): Promise<Result>
}

const settled = (turn: Promise<unknown>): Promise<unknown> => turn.catch(() => undefined)

export const openTurns = (patience: Milliseconds): Turns => {
  const last = new Map<string, Promise<unknown>>()
  return {
    take: async (key, work) => {
      const { promise: tooLate, reject } = Promise.withResolvers<never>()
      let isLate = false
      const deadline = setTimeout(() => {
        isLate = true
        reject(new Fault('store_unavailable', { retryable: true }))
      }, patience)
      const own = settled(last.get(key) ?? Promise.resolve()).then(() => {
        clearTimeout(deadline)
        return isLate ? tooLate : work()
      })
      last.set(key, own)
      void settled(own).then(() => last.get(key) === own && last.delete(key))
      return Promise.race([own, tooLate])
    },
  }
}
