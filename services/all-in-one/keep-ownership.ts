import { type HoldOwnership, holdOwnership, type Ownership } from '@chancery/event-store'
import { Fault } from '@chancery/kernel'
import { persist } from './persist.ts'

export interface KeepOwnership extends Pick<HoldOwnership, 'connection' | 'lock'> {
  readonly log: (line: Readonly<Record<string, unknown>>) => void
}

export interface KeptOwnership extends Ownership {
  /** Resolves when another process has taken the lock meanwhile and kept it. */
  readonly superseded: Promise<void>
}

/** A server may need a moment to notice that a connection of ours is gone, and until then our own lock refuses us. */
const ownLeftoverMs = 2000

/** While it is lost another process may take it, so this is short; an attempt is one connection. */
const longestPauseMs = 500

const isTaken = (error: unknown): boolean => error instanceof Fault && error.code === 'in_use'

/**
 * Holds the lock by which a process is alone on its database, and takes it again whenever its connection breaks. Rejects as `holdOwnership`
 * does when the first attempt fails.
 */
export const keepOwnership = async ({ connection, lock, log }: KeepOwnership): Promise<KeptOwnership> => {
  const ending = new AbortController()
  const { promise: superseded, resolve: tellSuperseded } = Promise.withResolvers<void>()
  let retaking = Promise.resolve()

  const take = async (): Promise<Ownership> => {
    let isHeld = false
    const onLost = (): void => {
      // A connection that breaks can say so more than once, and one that was never made is the attempt's own failure.
      if (!isHeld || ending.signal.aborted) return
      isHeld = false
      retaking = retake()
    }
    const ownership = await holdOwnership({ connection, lock, onLost })
    isHeld = true
    return ownership
  }
  const retake = async (): Promise<void> => {
    log({ level: 'warn', message: 'the connection that holds the database was lost; it is being taken again' })
    const deadline = performance.now() + ownLeftoverMs
    const onFailure = (error: unknown): void => {
      if (isTaken(error) && performance.now() > deadline) tellSuperseded()
    }
    const taken = await persist(take, { signal: ending.signal, onFailure, longestPauseMs })
    if (taken === undefined) return
    held = taken
    log({ level: 'info', message: 'this process holds the database again' })
  }

  let held = await take()
  return {
    superseded,
    async release() {
      ending.abort()
      await retaking
      await held.release()
    },
  }
}
