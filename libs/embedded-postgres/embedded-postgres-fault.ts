import { Fault } from '@chancery/kernel'

/**
 * Why the embedded PostgreSQL does not run.
 * `in_use`: another instance owns the data directory. `unwritable`: the directory, or a user to own it, cannot be had.
 * `corrupt`: what is there is not a cluster this version can run; nothing in it was changed. `no_binaries`: the package's programs are
 * missing or do not run here. `start_timeout`: the server was started (or told to stop) and did not do so in time.
 */
export type EmbeddedPostgresFaultCode = 'in_use' | 'unwritable' | 'corrupt' | 'no_binaries' | 'start_timeout'

/** `sentence` is meant for the operator's terminal: one sentence with the path concerned, never a secret. */
export class EmbeddedPostgresFault extends Fault {
  override readonly code: EmbeddedPostgresFaultCode
  readonly sentence: string

  constructor(code: EmbeddedPostgresFaultCode, sentence: string, cause?: unknown) {
    super(code, { cause, retryable: false })
    this.name = 'EmbeddedPostgresFault'
    this.code = code
    this.sentence = sentence
  }
}

/** The `code` of a system error (`EACCES`, `ENOENT`, …), if it has one. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** For `.catch`: a missing file is an answer, every other trouble is still trouble. */
export const absent = (error: unknown): undefined => {
  if (errorCode(error) === 'ENOENT') return undefined
  throw error
}
