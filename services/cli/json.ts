export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** `undefined` for what is not JSON, which no JSON text can say. */
export const parseJson = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {})

/** A member by its path (`granted.scope`); `undefined` where the path ends early. */
export const memberOf = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((found, name) => (isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined), value)

export const textOf = (value: unknown, path: string): string | undefined => {
  const member = memberOf(value, path)
  return typeof member === 'string' ? member : undefined
}

export const numberOf = (value: unknown, path: string): number | undefined => {
  const member = memberOf(value, path)
  return typeof member === 'number' ? member : undefined
}

export const itemsOf = (body: unknown): readonly JsonObject[] => {
  const items = memberOf(body, 'items')
  return Array.isArray(items) ? items.filter(isObject) : []
}

/** Leaves out what was not given, so that a PATCH touches nothing else. */
export const given = (members: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
