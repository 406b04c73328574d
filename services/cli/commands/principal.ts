import { described, done, listed, pageFlags, pageQuery } from '../answers.ts'
import { find } from '../api.ts'
import { given, type JsonObject } from '../json.ts'
import type { Answer } from '../output.ts'
import { principalPath, principalsPath } from '../principal-path.ts'
import type { Argument, Call, Flag, Noun, Verb } from '../verb.ts'

const principalArgument: Argument = { name: '<principal>', about: 'its id or its name' }
const columns = ['name', 'kind', 'enabled', 'client_id', 'roles', 'id']
const kinds = ['service', 'user', 'group']
const settable: readonly Flag[] = [
  { flags: '--role <role>', about: 'a principal role; may be repeated, empty for none', repeats: true },
  {
    flags: '--workspace <workspace>',
    about: 'a workspace it is assigned to, by id or name; may be repeated, empty for none',
    repeats: true,
  },
]

const change = async (call: Call, body: JsonObject): Promise<Answer> => {
  const path = await principalPath(call, call.input.argument(0))
  return described(await call.api.send({ method: 'PATCH', path, body }))
}

const create: Verb = {
  name: 'create',
  about: 'Creates a principal; a service principal gets a client_id.',
  args: [{ name: '<name>', about: 'its name, unique in the tenant' }],
  flags: [
    { flags: '--kind <kind>', about: 'what it is (default: service)', choices: kinds },
    ...settable,
    { flags: '--disabled', about: 'not yet to be used' },
  ],
  async run(call) {
    const { input, api } = call
    const body = given({
      kind: input.text('kind') ?? 'service',
      name: input.argument(0),
      roles: input.list('role'),
      workspaces: input.list('workspace'),
      enabled: input.isOn('disabled') ? false : undefined,
    })
    return described(await api.send({ method: 'POST', path: principalsPath(call), body }))
  },
}

const list: Verb = {
  name: 'list',
  about: 'Lists the principals of the tenant.',
  flags: [
    { flags: '--name <name>', about: 'only those of this name' },
    { flags: '--kind <kind>', about: 'only those of this kind', choices: kinds },
    ...pageFlags,
  ],
  async run(call) {
    const { input, api } = call
    const query = { name: input.text('name'), kind: input.text('kind'), ...pageQuery(input) }
    return listed(await api.list(principalsPath(call), query), columns)
  },
}

const get: Verb = {
  name: 'get',
  about: 'Shows a principal.',
  args: [principalArgument],
  run: async (call) => described(await find(call.api, principalsPath(call), call.input.argument(0))),
}

const set: Verb = {
  name: 'set',
  about: 'Changes a principal; what is not given stays.',
  args: [principalArgument],
  flags: [{ flags: '--name <name>', about: 'a new name' }, ...settable],
  run: (call) =>
    change(call, given({ name: call.input.text('name'), roles: call.input.list('role'), workspaces: call.input.list('workspace') })),
}

const enable: Verb = {
  name: 'enable',
  about: 'Lets a principal be used again.',
  args: [principalArgument],
  run: (call) => change(call, { enabled: true }),
}

const disable: Verb = {
  name: 'disable',
  about: 'Disables a principal: it gets no more tokens.',
  args: [principalArgument],
  run: (call) => change(call, { enabled: false }),
}

const remove: Verb = {
  name: 'delete',
  about: 'Deletes a principal for good.',
  args: [principalArgument],
  flags: [{ flags: '--erase', about: 'erase its name and other personal text from the log as well' }],
  async run(call) {
    const { input, api } = call
    const path = await principalPath(call, input.argument(0))
    const query = { erase: input.isOn('erase') || undefined }
    return done(await api.send({ method: 'DELETE', path, query }), `principal ${input.argument(0)} is deleted`)
  },
}

export const principal: Noun = {
  name: 'principal',
  about: 'Principals: service principals, users and groups.',
  verbs: [create, list, get, set, enable, disable, remove],
}
