import { isUtf8 } from 'node:buffer'
import { granted, type Outcome, reject } from '@chancery/kernel'

/** The parameters of a form, by name. Names are those of the wire; a Map, so that no name can reach a prototype. */
export type Form = ReadonlyMap<string, string>

export type FormRefusal = 'not_utf8' | 'bad_encoding' | 'too_many_parameters' | 'parameter_too_long' | 'repeated_parameter'

const maxParameters = 64
const maxNameLength = 256
/** Characters of one value after decoding; a JWT of 16 KiB with room to spare. */
const maxValueLength = 32_768

/** `+` and `%XX` to text; undefined when a percent sequence is broken or is not UTF-8. */
export const decodeFormText = (encoded: string): string | undefined => {
  const spaced = encoded.includes('+') ? encoded.replaceAll('+', ' ') : encoded
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return undefined
  }
}

const addPair = (pair: string, form: Map<string, string>): FormRefusal | undefined => {
  const split = pair.indexOf('=')
  const name = decodeFormText(split === -1 ? pair : pair.slice(0, split))
  const value = split === -1 ? '' : decodeFormText(pair.slice(split + 1))
  if (name === undefined || value === undefined) return 'bad_encoding'
  if (form.has(name)) return 'repeated_parameter'
  if (name.length > maxNameLength || value.length > maxValueLength) return 'parameter_too_long'
  form.set(name, value)
  return undefined
}

/**
 * Parses `application/x-www-form-urlencoded`. Repeated parameters are refused (RFC 6749 §3.2), whatever their name, and so is anything that
 * is not UTF-8. Parameters without a value are kept as the empty string; RFC 6749 §3.2 treats them as omitted.
 */
export const parseForm = (body: Uint8Array): Outcome<Form, FormRefusal> => {
  if (!isUtf8(body)) return reject('not_utf8')
  const form = new Map<string, string>()
  const pairs = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    .toString('utf8')
    .split('&', maxParameters + 2)
  if (pairs.length > maxParameters) return reject('too_many_parameters')
  for (const pair of pairs) {
    if (pair === '') continue
    const refusal = addPair(pair, form)
    if (refusal !== undefined) return reject(refusal)
  }
  return granted(form)
}
