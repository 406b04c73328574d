import type { Query } from './api.ts'
import type { Input } from './input.ts'
import { itemsOf, type JsonObject, objectOf, textOf } from './json.ts'
import { type Answer, record, table } from './output.ts'
import type { Flag } from './verb.ts'

/** One thing, as the API describes it. */
export const described = (body: unknown): Answer => ({ json: body, text: record(objectOf(body)) })

/** A 204 has no JSON; a person is told what happened. */
export const done = (body: unknown, text: string): Answer => ({ json: body, text })

export const listed = (page: JsonObject, columns: readonly string[]): Answer => {
  const cursor = textOf(page, 'next_cursor')
  const more = cursor === undefined ? '' : `\nmore with --cursor ${cursor}`
  return { json: page, text: `${table(itemsOf(page), columns)}${more}` }
}

/** A secret is in the answer and nowhere else, ever after. */
export const disclosed = (body: unknown, what: string): Answer => ({
  json: body,
  text: `${record(objectOf(body))}\nThe ${what} is shown this once and cannot be read again.`,
})

export const pageFlags: readonly Flag[] = [
  { flags: '--limit <count>', about: 'one page of at most so many' },
  { flags: '--cursor <cursor>', about: 'the page after this one' },
]

export const pageQuery = (input: Input): Query => ({ limit: input.integer('limit'), cursor: input.text('cursor') })

/** A setting that an empty value takes away. */
export const clearable = (value: string | undefined): string | null | undefined => (value === '' ? null : value)
