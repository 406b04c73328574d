import { type Database, databaseClock } from '@chancery/event-store'
import type { TenantDirectory } from '@chancery/issuer'
import { type Clock, faultCode } from '@chancery/kernel'
import type { ReadinessCheck } from './health.ts'
import type { SpoolingLog } from './issuance-log.ts'

/** Token times are this process's; further from the database's clock than this they would mislead verifiers. */
const maxClockDifferenceMs = 5000

const database = (store: Database, clock: Clock): ReadinessCheck => ({
  name: 'postgres',
  missing: async () => {
    const asked = clock.now()
    const answer = await databaseClock(store).catch((error: unknown) => faultCode(error))
    if (typeof answer === 'string') return `the database does not answer (${answer})`
    const difference = Math.max(asked - answer, answer - clock.now(), 0)
    return difference > maxClockDifferenceMs ? `this machine's clock is ${Math.round(difference / 1000)} s off the database's` : undefined
  },
})

const directory = (tenants: TenantDirectory): ReadinessCheck => ({
  name: 'directory',
  missing: async () => {
    if (tenants.confirmedAt() === Number.NEGATIVE_INFINITY) await tenants.refresh().catch(() => undefined)
    return tenants.confirmedAt() === Number.NEGATIVE_INFINITY ? 'the tenants have not been loaded' : undefined
  },
})

const log = (facts: SpoolingLog): ReadinessCheck => ({
  name: 'log',
  missing: async () => (facts.isFailing() ? 'facts cannot be written, so no token is issued' : undefined),
})

export interface Readiness {
  readonly store: Database
  readonly tenants: TenantDirectory
  readonly facts: SpoolingLog
  readonly clock: Clock
}

/** What must hold before this process takes requests. */
export const readiness = ({ store, tenants, facts, clock }: Readiness): ReadinessCheck[] => [
  database(store, clock),
  directory(tenants),
  log(facts),
]
