import { type Clock, Fault, type Milliseconds } from '@chancery/kernel'

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

export const defaultGroupCommitLimits: GroupCommitLimits = {
  batchBytes: 900_000,
  queueItems: 10_000,
  queueBytes: 8_388_608,
  deadlineMs: 1000,
}

/**
 * `append` resolves once the item is durable. It rejects with the retryable Fault `log_full` at once when the queue is full, `log_timeout`
 * when the deadline passed (the item leaves the queue; if it was in flight, nobody knows), `log_unavailable` when the write failed.
 */
export interface GroupCommit<Item> {
  append(item: Item): Promise<void>
  /** Resolves when everything appended so far has settled, one way or the other. */
  drain(): Promise<void>
}

interface Waiting<Item> {
  readonly item: Item
  readonly bytes: number
  readonly deadline: number
  readonly settled: Promise<void>
  readonly settle: (fault?: Fault) => void
}

/** Items in the order they came, with their bytes. */
class WaitingLine<Item> {
  #items: Waiting<Item>[] = []
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  get length(): number {
    return this.#items.length
  }

  get oldest(): Waiting<Item> | undefined {
    return this.#items[0]
  }

  get all(): readonly Waiting<Item>[] {
    return this.#items
  }

  push(waiting: Waiting<Item>): void {
    this.#items.push(waiting)
    this.#bytes += waiting.bytes
  }

  /** The longest run from the front within the limit; one item at least, so that an oversize one fails alone. */
  takeBatch(limitBytes: number): Waiting<Item>[] {
    let bytes = 0
    const end = this.#items.findIndex((waiting, index) => {
      bytes += waiting.bytes
      return index > 0 && bytes > limitBytes
    })
    return this.#remove(end === -1 ? this.#items.length : end)
  }

  takeLate(now: Milliseconds): Waiting<Item>[] {
    const end = this.#items.findIndex(({ deadline }) => deadline > now)
    return this.#remove(end === -1 ? this.#items.length : end)
  }

  #remove(count: number): Waiting<Item>[] {
    const taken = this.#items.slice(0, count)
    this.#items = this.#items.slice(count)
    for (const { bytes } of taken) this.#bytes -= bytes
    return taken
  }
}

/** One write in flight; all that arrives meanwhile rides in the next. */
class SingleFlightCommit<Item> implements GroupCommit<Item> {
  readonly #options: GroupCommitOptions<Item>
  readonly #line = new WaitingLine<Item>()
  #flying: readonly Waiting<Item>[] = []
  #whenIdle: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: GroupCommitOptions<Item>) {
    this.#options = options
  }

  append(item: Item): Promise<void> {
    const { sizeOf, clock, limits } = this.#options
    const bytes = sizeOf(item)
    if (this.#line.length >= limits.queueItems || this.#line.bytes + bytes > limits.queueBytes) return Promise.reject(new Fault('log_full'))
    const { promise: settled, resolve, reject } = Promise.withResolvers<void>()
    const settle = (fault?: Fault): void => (fault === undefined ? resolve() : reject(fault))
    this.#line.push({ item, bytes, deadline: clock.monotonic() + limits.deadlineMs, settled, settle })
    this.#whenIdle ??= this.#writeAll()
    return settled
  }

  async drain(): Promise<void> {
    await Promise.allSettled([...this.#flying, ...this.#line.all].map(({ settled }) => settled))
  }

  async #writeAll(): Promise<void> {
    this.#watch()
    // A turn of the loop lets the requests that arrived together share the first batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#line.length > 0) await this.#writeBatch()
    clearTimeout(this.#timer)
    this.#whenIdle = undefined
  }

  async #writeBatch(): Promise<void> {
    this.#flying = this.#line.takeBatch(this.#options.limits.batchBytes)
    const fault = await this.#write(this.#flying.map(({ item }) => item))
    for (const { settle } of this.#flying) settle(fault)
    this.#flying = []
  }

  async #write(items: readonly Item[]): Promise<Fault | undefined> {
    try {
      await this.#options.write(items)
      return undefined
    } catch (cause) {
      return new Fault('log_unavailable', { cause })
    }
  }

  /** One timer for the oldest deadline; items that settle in time, nearly all, never touch it. */
  #watch(): void {
    const now = this.#options.clock.monotonic()
    const oldest = this.#flying.find(({ deadline }) => deadline > now) ?? this.#line.oldest
    const waitMs = oldest === undefined ? this.#options.limits.deadlineMs : Math.max(1, oldest.deadline - now)
    this.#timer = setTimeout(() => this.#expire(), waitMs)
  }

  #expire(): void {
    const now = this.#options.clock.monotonic()
    for (const { deadline, settle } of this.#flying) if (deadline <= now) settle(new Fault('log_timeout'))
    for (const { settle } of this.#line.takeLate(now)) settle(new Fault('log_timeout'))
    if (this.#whenIdle !== undefined) this.#watch()
  }
}

/** A lone item waits for nobody; under load the batches grow by themselves. */
export const groupCommit = <Item>(options: GroupCommitOptions<Item>): GroupCommit<Item> => new SingleFlightCommit(options)
