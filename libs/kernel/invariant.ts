/** Throws a plain `Error` when something that can only be a bug of ours has happened. Never reached by input. */
export function invariant(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${claim}`)
}
