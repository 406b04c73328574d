/** The command line itself is wrong; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Somebody said no: the server, the network or a file; exit code 1. `code` is stable and what scripts match on. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: string
  /** The answer's status; absent when there was no answer. */
  readonly status: number | undefined

  constructor(detail: string, { code, status }: { readonly code: string; readonly status?: number }) {
    super(detail)
    this.code = code
    this.status = status
  }
}

/** Said wherever a server is missing. */
export const howToStart = 'start one with `npm start`, or name another with --url'
