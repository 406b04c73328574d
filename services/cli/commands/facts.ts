import { pathOf } from '../api.ts'
import { itemsOf, type JsonObject, textOf } from '../json.ts'
import { type Answer, table } from '../output.ts'
import type { Call, Verb } from '../verb.ts'

const columns = ['time', 'grant', 'dialect', 'client_id', 'sub', 'granted.scope', 'granted.audience', 'granted.ttl', 'jti']
const pauseMilliseconds = 1000

const pageAt = ({ api, settings, input }: Call, cursor: string | undefined): Promise<JsonObject> =>
  api.get(pathOf('t', settings.tenant(), 'facts'), { cursor, limit: input.integer('limit') })

const onePage = async (call: Call): Promise<Answer> => {
  const page = await pageAt(call, call.input.text('cursor'))
  const next = textOf(page, 'next_cursor')
  return { json: page, text: `${table(itemsOf(page), columns)}${next === undefined ? '' : `\ncontinue with --cursor ${next}`}` }
}

const lineOf = (fact: JsonObject): string => table([fact], columns).split('\n').at(-1) ?? ''

/** One line a fact, as JSON or for a person, until somebody ends the process. */
const follow = async (call: Call): Promise<never> => {
  let cursor = call.input.text('cursor')
  for (;;) {
    const page = await pageAt(call, cursor)
    const facts = itemsOf(page)
    for (const fact of facts) call.print({ json: fact, text: lineOf(fact) })
    cursor = textOf(page, 'next_cursor') ?? cursor
    if (facts.length === 0) await call.surroundings.wait(pauseMilliseconds)
  }
}

export const facts: Verb = {
  name: 'facts',
  about: 'Shows which tokens were issued, oldest first.',
  flags: [
    { flags: '--follow', about: 'go on with new ones until interrupted; with --json one fact a line' },
    { flags: '--cursor <cursor>', about: 'begin after this one' },
    { flags: '--limit <count>', about: 'so many at a time' },
  ],
  run: (call) => (call.input.isOn('follow') ? follow(call) : onePage(call)),
}
