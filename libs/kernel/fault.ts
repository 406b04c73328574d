/** A fault's code for logs, or `unexpected` for anything else that was thrown. */
export const faultCode = (error: unknown): string => (error instanceof Fault ? error.code : 'unexpected')

/**
 * Infrastructure said no. `code` is stable and fit for logs and metrics; `retryable` tells whether the same call may succeed later
 * (answered as 503 with Retry-After). The message never carries a secret or a driver's text.
 */
export class Fault extends Error {
  readonly code: string
  readonly retryable: boolean

  constructor(code: string, options: { readonly cause?: unknown; readonly retryable?: boolean } = {}) {
    super(code, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.retryable = options.retryable ?? true
  }
}
