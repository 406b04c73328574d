import { clearable, described, done, listed, pageFlags, pageQuery } from '../answers.ts'
import { pathOf } from '../api.ts'
import { given } from '../json.ts'
import type { Answer } from '../output.ts'
import { tenantsPath } from '../tenant-path.ts'
import type { Argument, Call, Flag, Noun, Verb } from '../verb.ts'

const nameArgument: Argument = { name: '<name>', about: 'the name of the tenant' }
const columns = ['name', 'status', 'issuer', 'hosts', 'account_id']
const settable: readonly Flag[] = [
  { flags: '--display-name <text>', about: 'what people call it' },
  { flags: '--host <host>', about: 'a host of its own; may be repeated, empty for none', repeats: true },
]

const nameOf = ({ input }: Call): string => `${tenantsPath}${pathOf(input.argument(0))}`

const create: Verb = {
  name: 'create',
  about: 'Creates a tenant.',
  args: [{ name: '<name>', about: 'fixed for ever: lower-case letters, digits and hyphens' }],
  flags: [...settable, { flags: '--account-id <id>', about: 'the account it is to Databricks clients' }],
  async run({ api, input }) {
    const body = given({
      name: input.argument(0),
      display_name: input.text('displayName'),
      hosts: input.list('host'),
      account_id: input.text('accountId'),
    })
    return described(await api.send({ method: 'POST', path: tenantsPath, body }))
  },
}

const list: Verb = {
  name: 'list',
  about: 'Lists all tenants.',
  flags: pageFlags,
  run: async ({ api, input }) => listed(await api.list(tenantsPath, pageQuery(input)), columns),
}

const get: Verb = {
  name: 'get',
  about: 'Shows a tenant.',
  args: [nameArgument],
  run: async (call) => described(await call.api.get(nameOf(call))),
}

const set: Verb = {
  name: 'set',
  about: 'Changes a tenant; what is not given stays.',
  args: [nameArgument],
  flags: [
    ...settable,
    { flags: '--default-audience <audience>', about: 'for tokens that nobody asked an audience for; empty for none' },
    { flags: '--default-alg <alg>', about: 'signs where the audience names no algorithm: ES256, RS256 or EdDSA; empty for ES256' },
  ],
  async run(call) {
    const { input, api } = call
    const body = given({
      display_name: input.text('displayName'),
      hosts: input.list('host'),
      default_audience: clearable(input.text('defaultAudience')),
      default_alg: clearable(input.text('defaultAlg')),
    })
    return described(await api.send({ method: 'PATCH', path: nameOf(call), body }))
  },
}

const setStatus = async (call: Call, status: 'active' | 'suspended'): Promise<Answer> =>
  described(await call.api.send({ method: 'PATCH', path: nameOf(call), body: { status } }))

const suspend: Verb = {
  name: 'suspend',
  about: 'Suspends a tenant: it gets no more tokens.',
  args: [nameArgument],
  run: (call) => setStatus(call, 'suspended'),
}

const resume: Verb = {
  name: 'resume',
  about: 'Ends a suspension.',
  args: [nameArgument],
  run: (call) => setStatus(call, 'active'),
}

const remove: Verb = {
  name: 'delete',
  about: 'Deletes a tenant for good.',
  args: [nameArgument],
  async run(call) {
    const body = await call.api.send({ method: 'DELETE', path: nameOf(call) })
    return done(body, `tenant ${call.input.argument(0)} is deleted`)
  },
}

export const tenant: Noun = {
  name: 'tenant',
  about: 'Tenants: each has its own issuer, keys and principals.',
  verbs: [create, list, get, set, suspend, resume, remove],
}
