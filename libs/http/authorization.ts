import { isUtf8 } from 'node:buffer'
import { granted, type Outcome, reject } from '@chancery/kernel'

export interface Authorization {
  /** Lower-case; schemes are case-insensitive (RFC 9110 §11.1). */
  readonly scheme: string
  readonly value: string
}

/** Splits an Authorization header; undefined when there is none. */
export const parseAuthorization = (header: string | undefined): Authorization | undefined => {
  if (header === undefined) return undefined
  const text = header.trim()
  const split = text.indexOf(' ')
  return split === -1
    ? { scheme: text.toLowerCase(), value: '' }
    : { scheme: text.slice(0, split).toLowerCase(), value: text.slice(split + 1).trim() }
}

/** The two halves as they stand in the header, before any decoding of `%` and `+`. Without a colon everything is the secret. */
export interface BasicPair {
  readonly user: string
  readonly password: string
}

/** RFC 4648 §4; whole groups of four, the padding of the last one as some clients leave it out. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

/** Decodes a Basic value (RFC 7617), splitting at the first colon. DuckDB and Iceberg send a secret without an id, with or without the colon. */
export const parseBasic = (value: string): Outcome<BasicPair, 'bad_base64' | 'not_utf8'> => {
  if (!base64.test(value)) return reject('bad_base64')
  const bytes = Buffer.from(value, 'base64')
  if (!isUtf8(bytes)) return reject('not_utf8')
  const text = bytes.toString('utf8')
  const split = text.indexOf(':')
  return granted(split === -1 ? { user: '', password: text } : { user: text.slice(0, split), password: text.slice(split + 1) })
}
