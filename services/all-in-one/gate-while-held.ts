import { type Gate, memoryGate } from '@chancery/gate'
import { Fault } from '@chancery/kernel'

/**
 * A memory gate knows all there is to know only while its process is alone on the database. While it may not be, nothing passes: every call
 * rejects with the retryable Fault `database_not_held`. After the database was taken again it starts with nothing, since another process may
 * have changed anything meanwhile. `holding` tells which holding this is, undefined while there is none.
 */
export const gateWhileHeld = (holding: () => number | undefined): Gate => {
  let gate = memoryGate()
  let known: number | undefined

  const current = async (): Promise<Gate> => {
    const now = holding()
    if (now === undefined) throw new Fault('database_not_held')
    if (now !== known) gate = memoryGate()
    known = now
    return gate
  }

  return {
    pass: async (query) => (await current()).pass(query),
    fill: async (fill) => (await current()).fill(fill),
    tell: async (tenantId, versions) => (await current()).tell(tenantId, versions),
  }
}
