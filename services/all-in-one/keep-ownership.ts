import { type HoldOwnership, holdOwnership, type Ownership } from '@chancery/event-store'
import { Fault } from '@chancery/kernel'
import { persist } from './persist.ts'

export interface KeepOwnership extends Pick<HoldOwnership, 'connection' | 'lock'> {
  readonly log: (line: Readonly<Record<string, unknown>>) => void
}

export interface KeptOwnership extends Pick<Ownership, 'release'> {
  /**
   * Which holding this is, counted from 1; undefined while the lock is lost, or while nobody has confirmed for a while that it is not: a process
   * that was paused does not know what happened meanwhile. Whatever was known of the database under another holding may be out of date.
   */
  holding(): number | undefined
  /** Resolves when another process has taken the lock meanwhile and kept it. */
  readonly superseded: Promise<void>
}

/** A server may need a moment to notice that a connection of ours is gone, and until then our own lock refuses us. */
const ownLeftoverMs = 2000

/** A lost connection is told at once; this bounds what a pause of the whole process can hide. */
const confirmEveryMs = 1000
const confirmedForMs = 5000

/** While it is lost another process may take it, so this is short; an attempt is one connection. */
const longestPauseMs = 500

const isTaken = (error: unknown): boolean => error instanceof Fault && error.code === 'in_use'

/** The lock in our hands, and what is known of it. */
class Keeping implements KeptOwnership {
  readonly superseded: Promise<void>
  readonly #options: KeepOwnership
  readonly #ending = new AbortController()
  readonly #tellSuperseded: () => void
  #held: Ownership | undefined
  #retaking = Promise.resolve()
  #count = 0
  #confirmedAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(options: KeepOwnership) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#options = options
    this.superseded = promise
    this.#tellSuperseded = resolve
  }

  async take(): Promise<void> {
    const asked = performance.now()
    const holding = this.#count + 1
    const ownership = await holdOwnership({ ...this.#options, onLost: () => this.#lose(holding) })
    this.#held = ownership
    this.#count = holding
    this.#confirmedAt = asked
    this.#timer ??= setInterval(() => void this.#confirm(ownership), confirmEveryMs)
  }

  holding(): number | undefined {
    return performance.now() - this.#confirmedAt < confirmedForMs ? this.#count : undefined
  }

  async release(): Promise<void> {
    this.#ending.abort()
    clearInterval(this.#timer)
    await this.#retaking
    await this.#held?.release()
  }

  /** A connection that breaks can say so more than once, and one that was never made is the attempt's own failure. */
  #lose(holding: number): void {
    if (holding !== this.#count || this.#confirmedAt === Number.NEGATIVE_INFINITY || this.#ending.signal.aborted) return
    this.#confirmedAt = Number.NEGATIVE_INFINITY
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#retaking = this.#retake()
  }

  async #retake(): Promise<void> {
    const { log } = this.#options
    log({ level: 'warn', message: 'the connection that holds the database was lost; it is being taken again' })
    const deadline = performance.now() + ownLeftoverMs
    const onFailure = (error: unknown): void => {
      if (isTaken(error) && performance.now() > deadline) this.#tellSuperseded()
    }
    await persist(() => this.take(), { signal: this.#ending.signal, onFailure, longestPauseMs })
    if (this.holding() !== undefined) log({ level: 'info', message: 'this process holds the database again' })
  }

  /** What the answer proves is the moment of the question. Silence proves nothing and needs no word: the holding runs out by itself. */
  async #confirm(ownership: Ownership): Promise<void> {
    const asked = performance.now()
    const isAnswered = await ownership.confirm().then(
      () => true,
      () => false,
    )
    if (isAnswered && ownership === this.#held && this.#confirmedAt !== Number.NEGATIVE_INFINITY) this.#confirmedAt = asked
  }
}

/**
 * Holds the lock by which a process is alone on its database, and takes it again whenever its connection breaks. Rejects as `holdOwnership`
 * does when the first attempt fails.
 */
export const keepOwnership = async (options: KeepOwnership): Promise<KeptOwnership> => {
  const keeping = new Keeping(options)
  await keeping.take()
  return keeping
}
