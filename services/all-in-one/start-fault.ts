/** Why the service does not start: one sentence for the operator's terminal, without a secret. */
export class StartFault extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.name = 'StartFault'
  }
}
