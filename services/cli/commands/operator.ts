import { disclosed, done, listed } from '../answers.ts'
import { pathOf } from '../api.ts'
import { given, textOf } from '../json.ts'
import type { Noun, Verb } from '../verb.ts'

const collection = '/admin/v1/operator-tokens'
const columns = ['id', 'label', 'created_at']

const create: Verb = {
  name: 'create',
  about: 'Makes a token that may do everything in every tenant; it is shown once.',
  args: [{ name: '<label>', about: 'who or what it is for' }],
  async run({ api, input, secrets }) {
    const created = await api.send({ method: 'POST', path: collection, body: given({ label: input.argument(0) }) })
    secrets.learn(textOf(created, 'token'))
    return disclosed(created, 'token')
  },
}

const list: Verb = {
  name: 'list',
  about: 'Lists the tokens of operators, without what they are.',
  run: async ({ api }) => listed(await api.list(collection), columns),
}

const revoke: Verb = {
  name: 'revoke',
  about: 'Revokes the token of an operator.',
  args: [{ name: '<id>', about: 'the id of the token' }],
  async run({ api, input }) {
    const body = await api.send({ method: 'DELETE', path: `${collection}${pathOf(input.argument(0))}` })
    return done(body, `operator token ${input.argument(0)} is revoked`)
  },
}

export const operator: Noun = {
  name: 'operator',
  about: 'Tokens of the platform operator, who stands above all tenants.',
  verbs: [create, list, revoke],
}
