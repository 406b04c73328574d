import { Failure, UsageError } from '../failure.ts'
import type { Call } from '../verb.ts'

export interface Finding {
  readonly check: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do about it. */
  readonly remedy?: string
}

/** What a check found out that later ones build on. */
export interface Visit {
  readonly call: Call
  issuer?: string
  jwksUri?: string
  accessToken?: string
}

export interface Check {
  readonly name: string
  /** What to do when the check itself cannot be made. */
  readonly remedy: string
  look(visit: Visit): Promise<Omit<Finding, 'check'>>
}

export const ok = (detail: string): Omit<Finding, 'check'> => ({ status: 'ok', detail })
export const warn = (detail: string, remedy: string): Omit<Finding, 'check'> => ({ status: 'warn', detail, remedy })
export const fail = (detail: string, remedy: string): Omit<Finding, 'check'> => ({ status: 'fail', detail, remedy })

/** Makes one check; a refusal that it did not expect is what it found. */
export const finding = async ({ name, remedy, look }: Check, visit: Visit): Promise<Finding> => {
  try {
    return { check: name, ...(await look(visit)) }
  } catch (error) {
    if (error instanceof Failure) return { check: name, ...fail(`${error.message} (${error.code})`, remedy) }
    if (error instanceof UsageError) return { check: name, ...fail(error.message, remedy) }
    throw error
  }
}
