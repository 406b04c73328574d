/** Keeps secrets out of what is said on stderr: those it was told of, and everything that looks like one. */
export interface Secrecy {
  learn(secret: string | undefined): void
  hide(text: string): string
}

const mask = '[hidden]'

/** Secrets and tokens by their shape: our prefix, three-part JWTs, and the value of an option that we do not know (`--token=…`). */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/\bch[a-z]{1,2}_[A-Za-z0-9_]{8,}/g, mask],
  [/\beyJ[\w-]*\.[\w-]*\.[\w-]*/g, mask],
  [/(--?[a-z][\w-]*=)[^\s']+/gi, `$1${mask}`],
]

/** Shorter ones would tear holes into ordinary words and are no secrets. */
const minimumLength = 6

export const secrecy = (): Secrecy => {
  const known = new Set<string>()
  return {
    learn(secret) {
      if (secret !== undefined && secret.length >= minimumLength) known.add(secret)
    },
    hide(text) {
      const masked = [...known].reduce((rest, secret) => rest.replaceAll(secret, mask), text)
      return shapes.reduce((rest, [shape, replacement]) => rest.replace(shape, replacement), masked)
    },
  }
}
