import { described } from '../answers.ts'
import { given, isObject } from '../json.ts'
import type { Noun, Verb } from '../verb.ts'

/** Every event is read again: at 20,000 a second, a large log takes its time. */
const timeoutSeconds = 6 * 3600

const rebuild: Verb = {
  name: 'rebuild',
  about: 'Builds the read tables again from the log and compares them with those in use.',
  flags: [{ flags: '--swap', about: 'use the new ones from now on' }],
  async run({ api, input }) {
    const body = given({ swap: input.isOn('swap') || undefined })
    const report = await api.send({ method: 'POST', path: '/admin/v1/projections/rebuild', body, timeoutSeconds })
    return isObject(report) ? described(report) : { json: report, text: 'the read tables are built' }
  },
}

export const projections: Noun = { name: 'projections', about: 'Read tables, which follow from the log.', verbs: [rebuild] }
