import { invariant } from '@chancery/kernel'

// In ASCII order, so that texts of one width compare as their numbers do.
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const base = 62n

/** A number of at most `bits` bits as base62 of the fixed width that the largest of them needs. */
export interface Base62 {
  readonly width: number
  encode(value: bigint): string
  /** Whether a text of the right width and alphabet is within the range, so that exactly one text stands for each number. */
  isInRange(text: string): boolean
}

const digits = (value: bigint, width: number): string => {
  let rest = value
  let text = ''
  for (let place = 0; place < width; place++) {
    text = `${alphabet[Number(rest % base)]}${text}`
    rest /= base
  }
  invariant(rest === 0n, 'the number fits its base62 width')
  return text
}

const widthOf = (value: bigint): number => {
  let width = 0
  for (let rest = value; rest > 0n; rest /= base) width++
  return width
}

export const base62 = (bits: number): Base62 => {
  const largest = (1n << BigInt(bits)) - 1n
  const width = widthOf(largest)
  const largestText = digits(largest, width)
  return {
    width,
    encode: (value) => digits(value, width),
    isInRange: (text) => text <= largestText,
  }
}

/** The most digits whose value is exact as a plain number, which is much faster than a bigint digit by digit. */
const chunkWidth = 8

const chunkValue = (chunk: string): number => {
  let value = 0
  for (const character of chunk) {
    const digit = alphabet.indexOf(character)
    invariant(digit >= 0, 'a base62 text has only letters and digits')
    value = value * alphabet.length + digit
  }
  return value
}

/** The number a base62 text stands for. Throws a bug on other characters. */
export const fromBase62 = (text: string): bigint => {
  let value = 0n
  for (let start = 0; start < text.length; start += chunkWidth) {
    const chunk = text.slice(start, start + chunkWidth)
    value = value * base ** BigInt(chunk.length) + BigInt(chunkValue(chunk))
  }
  return value
}
