import { isIP } from 'node:net'

/** Key material of `CHANCERY_MASTER_KEY` and `CHANCERY_PEPPER`: 32 bytes by id; the first one listed is active. */
export interface KeyMaterial {
  readonly activeId: string
  readonly keys: ReadonlyMap<string, Uint8Array>
}

/** Reads the text of one variable. Throws a `TypeError` whose message completes the sentence `<NAME> …`, without repeating a secret. */
type Parse<Value> = (text: string) => Value

const list = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')

const must = (condition: boolean, sentence: string): void => {
  if (!condition) throw new TypeError(sentence)
}

export const oneOf =
  <Value extends string>(...values: readonly Value[]): Parse<Value> =>
  (text) => {
    const found = values.find((value) => value === text)
    if (found === undefined) throw new TypeError(`must be ${values.join(' or ')}`)
    return found
  }

export const plainText: Parse<string> = (text) => text

export const port: Parse<number> = (text) => {
  must(/^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'must be a port, 0 to 65535')
  return Number(text)
}

export const flag: Parse<boolean> = (text) => {
  must(/^(true|false|1|0)$/.test(text), 'must be true or false')
  return text === 'true' || text === '1'
}

export const url = (...protocols: readonly string[]): Parse<string> => {
  const beginnings = protocols.map((protocol) => `${protocol}//`)
  return (text) => {
    const isWell = URL.canParse(text) && beginnings.some((beginning) => text.toLowerCase().startsWith(beginning))
    must(isWell, `must be a URL that starts with ${beginnings.join(' or ')}`)
    return text
  }
}

export const tenantName: Parse<string> = (text) => {
  must(/^[a-z0-9-]{1,63}$/.test(text), 'must be the name of a tenant: a-z, 0-9 and -, at most 63 characters')
  return text
}

export const headerName: Parse<string> = (text) => {
  must(/^[A-Za-z0-9-]+$/.test(text), 'must be the name of a header')
  return text.toLowerCase()
}

/** Path prefixes: a leading slash, none at the end. */
export const pathPrefixes: Parse<readonly string[]> = (text) => {
  const prefixes = list(text).map((prefix) => prefix.replace(/\/+$/, ''))
  must(
    prefixes.every((prefix) => /^(\/[A-Za-z0-9._~-]+)+$/.test(prefix)),
    'must be path prefixes such as /catalog, separated by commas',
  )
  return prefixes
}

const isCidr = (entry: string): boolean => {
  const [address = '', bits, ...rest] = entry.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

export const cidrs: Parse<readonly string[]> = (text) => {
  const entries = list(text)
  must(entries.every(isCidr), 'must be addresses or CIDRs such as 10.0.0.0/8, separated by commas')
  return entries
}

const keyEntry = /^([A-Za-z0-9_.-]{1,64}):([A-Za-z0-9+/]{43}=)$/

export const keyMaterial: Parse<KeyMaterial> = (text) => {
  const entries = list(text).map((entry) => keyEntry.exec(entry))
  const keys = new Map<string, Uint8Array>()
  for (const entry of entries) {
    const [, id, encoded] = entry ?? []
    if (id === undefined || encoded === undefined) throw new TypeError('must be <id>:<base64 of 32 bytes>, several separated by commas')
    must(!keys.has(id), 'names the same id twice')
    keys.set(id, Buffer.from(encoded, 'base64'))
  }
  const [activeId] = keys.keys()
  if (activeId === undefined) throw new TypeError('is empty')
  return { activeId, keys }
}
