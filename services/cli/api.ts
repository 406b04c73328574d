import { exchange, failureOf, isSuccess } from './exchange.ts'
import { Failure, UsageError } from './failure.ts'
import { isObject, itemsOf, type JsonObject, memberOf, objectOf, textOf } from './json.ts'
import type { Settings } from './settings.ts'

export interface ApiRequest {
  readonly method: string
  /** From the server's root, made by `pathOf`. */
  readonly path: string
  readonly query?: Query
  readonly body?: JsonObject
  readonly timeoutSeconds?: number
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** The server as its administrator sees it. Everything throws Failure with the server's own words when it says no. */
export interface Api {
  /** The body; `undefined` when the answer has none. */
  send(request: ApiRequest): Promise<unknown>
  get(path: string, query?: Query): Promise<JsonObject>
  /** One page when the query asks for a limit or a cursor, else all pages as one `{items}`. */
  list(path: string, query?: Query): Promise<JsonObject>
}

/** A path of names that may hold anything; `..` would climb out of the collection that it is meant to stay in. */
export const pathOf = (...segments: readonly string[]): string => {
  const climbing = segments.find((segment) => ['', '.', '..'].includes(segment))
  if (climbing !== undefined) throw new UsageError(`'${climbing}' names nothing`)
  return `/${segments.map(encodeURIComponent).join('/')}`
}

const withQuery = (url: string, query: Query): string => {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]))
  return search.size === 0 ? url : `${url}?${search.toString()}`
}

const sender =
  (settings: Settings, fetch: typeof globalThis.fetch): Api['send'] =>
  async ({ method, path, query = {}, body, timeoutSeconds }) => {
    const reply = await exchange(fetch, {
      method,
      url: withQuery(`${settings.baseUrl()}${path}`, query),
      headers: { authorization: `Bearer ${settings.adminToken()}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    })
    if (!isSuccess(reply)) throw failureOf(reply)
    if (reply.text !== '' && reply.json === undefined)
      throw new Failure(`${settings.baseUrl()} answered with something that is not JSON`, { code: 'not_json' })
    return reply.json
  }

export const apiOf = (settings: Settings, fetch: typeof globalThis.fetch): Api => {
  const send = sender(settings, fetch)
  const get: Api['get'] = async (path, query = {}) => objectOf(await send({ method: 'GET', path, query }))
  const listAll = async (path: string, query: Query): Promise<JsonObject> => {
    let page = await get(path, query)
    const items = [...itemsOf(page)]
    for (let cursor = textOf(page, 'next_cursor'); cursor !== undefined; cursor = textOf(page, 'next_cursor')) {
      page = await get(path, { ...query, cursor })
      items.push(...itemsOf(page))
    }
    return { items }
  }
  const list: Api['list'] = (path, query = {}) =>
    query['limit'] === undefined && query['cursor'] === undefined ? listAll(path, query) : get(path, query)
  return { send, get, list }
}

const isNoSuchId = (error: unknown): boolean => error instanceof Failure && (error.status === 404 || error.status === 400)

/**
 * The member of a collection that `idOrName` means. Ids win: they are never reused, while anybody may be given another one's id as a name.
 * Throws the server's own refusal when neither an id nor a name fits, and UsageError when several have the name.
 */
export const find = async (api: Api, collection: string, idOrName: string): Promise<JsonObject> => {
  try {
    return await api.get(`${collection}${pathOf(idOrName)}`)
  } catch (error) {
    if (!isNoSuchId(error)) throw error
    const named = itemsOf(await api.list(collection, { name: idOrName })).filter((item) => memberOf(item, 'name') === idOrName)
    if (named.length > 1) throw new UsageError(`several are named '${idOrName}': name one by its id`)
    const [only] = named
    if (!isObject(only)) throw error
    return only
  }
}
