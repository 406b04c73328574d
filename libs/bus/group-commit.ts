import { type Clock, Fault } from '@chancery/kernel'

export interface GroupCommitOptions<Item> {
  /** Makes a batch durable; rejects when it could not, or when nobody knows. */
  readonly write: (batch: readonly Item[]) => Promise<void>
  readonly sizeOf: (item: Item) => number
  readonly clock: Clock
  readonly limits: GroupCommitLimits
}

export interface GroupCommitLimits {
  readonly batchBytes: number
  readonly queueItems: number
  readonly queueBytes: number
  /** How long a caller waits from its append. */
  readonly deadlineMs: number
}

export const defaultGroupCommitLimits: GroupCommitLimits = { batchBytes: 900_000, queueItems: 10_000, queueBytes: 8_388_608, deadlineMs: 1000 }

/**
 * `append` resolves once the item is durable. It rejects with the retryable Fault `log_full` at once when the queue is full, `log_timeout`
 * when the deadline passed (the item leaves the queue; if it was in flight, nobody knows), `log_unavailable` when the write failed.
 */
export interface GroupCommit<Item> {
  append(item: Item): Promise<void>
  /** Resolves when everything appended so far has settled. */
  drain(): Promise<void>
}

interface Waiting<Item> {
  readonly item: Item
  readonly bytes: number
  readonly deadline: number
  readonly settle: (fault?: Fault) => void
}

/** One write in flight; all that arrives meanwhile rides in the next. A lone item waits for nobody. */
export const groupCommit = <Item>({ write, sizeOf, clock, limits }: GroupCommitOptions<Item>): GroupCommit<Item> => {
  let queue: Waiting<Item>[] = []
  let flying: Waiting<Item>[] = []
  let queuedBytes = 0
  let isWriting = false
  let whenIdle = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const takeBatch = (): Waiting<Item>[] => {
    let bytes = 0
    let count = 0
    for (const waiting of queue) {
      if (count > 0 && bytes + waiting.bytes > limits.batchBytes) break
      bytes += waiting.bytes
      count += 1
    }
    const batch = queue.slice(0, count)
    queue = queue.slice(count)
    queuedBytes -= bytes
    return batch
  }

  const writeAll = async (): Promise<void> => {
    while (queue.length > 0) {
      flying = takeBatch()
      const fault = await write(flying.map(({ item }) => item)).then(
        () => undefined,
        (cause: unknown) => new Fault('log_unavailable', { cause }),
      )
      for (const { settle } of flying) settle(fault)
      flying = []
    }
    isWriting = false
    if (timer !== undefined) clearTimeout(timer)
    timer = undefined
  }

  const expire = (): void => {
    const now = clock.monotonic()
    const late = (waiting: Waiting<Item>): boolean => waiting.deadline <= now
    for (const { settle } of flying.filter(late)) settle(new Fault('log_timeout'))
    for (const { settle } of queue.filter(late)) settle(new Fault('log_timeout'))
    queue = queue.filter((waiting) => !late(waiting))
    queuedBytes = queue.reduce((sum, { bytes }) => sum + bytes, 0)
    watch()
  }

  // One timer watches the oldest waiting item; items that settle in time, nearly all, never touch it.
  const watch = (): void => {
    const oldest = flying.find(({ deadline }) => deadline > clock.monotonic()) ?? queue[0]
    timer = oldest === undefined ? undefined : setTimeout(expire, Math.max(1, oldest.deadline - clock.monotonic()))
  }

  const start = (): void => {
    isWriting = true
    // A turn of the loop lets the requests that arrived together share the first batch.
    whenIdle = new Promise((resolve) => setImmediate(resolve)).then(writeAll)
    if (timer === undefined) watch()
  }

  return {
    append(item) {
      const bytes = sizeOf(item)
      if (queue.length >= limits.queueItems || queuedBytes + bytes > limits.queueBytes) return Promise.reject(new Fault('log_full'))
      const settled = new Promise<void>((resolve, reject) => {
        const settle = (fault?: Fault): void => (fault === undefined ? resolve() : reject(fault))
        queue.push({ item, bytes, deadline: clock.monotonic() + limits.deadlineMs, settle })
      })
      queuedBytes += bytes
      if (!isWriting) start()
      return settled
    },
    async drain() {
      await whenIdle
    },
  }
}
