import { described, done, listed, pageFlags, pageQuery } from '../answers.ts'
import { given } from '../json.ts'
import { tenantPath } from '../tenant-path.ts'
import type { Argument, Call, Flag, Noun, Verb } from '../verb.ts'

const workspaceArgument: Argument = { name: '<workspace>', about: 'its id or its name' }
const columns = ['name', 'audience', 'hosts', 'id']
const hostFlag: Flag = { flags: '--host <host>', about: 'a host of its own; may be repeated, empty for none', repeats: true }

const collectionOf = ({ settings }: Call): string => tenantPath(settings, 'workspaces')
const workspacePath = ({ settings, input }: Call): string => tenantPath(settings, 'workspaces', input.argument(0))

const create: Verb = {
  name: 'create',
  about: 'Creates a workspace.',
  args: [{ name: '<name>', about: 'its name, unique in the tenant' }],
  flags: [{ flags: '--audience <audience>', about: 'the audience of its tokens', required: true }, hostFlag],
  async run(call) {
    const { input, api } = call
    const body = given({ name: input.argument(0), audience: input.text('audience'), hosts: input.list('host') })
    return described(await api.send({ method: 'POST', path: collectionOf(call), body }))
  },
}

const list: Verb = {
  name: 'list',
  about: 'Lists the workspaces of the tenant.',
  flags: pageFlags,
  run: async (call) => listed(await call.api.list(collectionOf(call), pageQuery(call.input)), columns),
}

const get: Verb = {
  name: 'get',
  about: 'Shows a workspace.',
  args: [workspaceArgument],
  run: async (call) => described(await call.api.get(workspacePath(call))),
}

const set: Verb = {
  name: 'set',
  about: 'Changes a workspace; what is not given stays.',
  args: [workspaceArgument],
  flags: [{ flags: '--audience <audience>', about: 'the audience of its tokens' }, hostFlag],
  async run(call) {
    const body = given({ audience: call.input.text('audience'), hosts: call.input.list('host') })
    return described(await call.api.send({ method: 'PATCH', path: workspacePath(call), body }))
  },
}

const remove: Verb = {
  name: 'delete',
  about: 'Deletes a workspace.',
  args: [workspaceArgument],
  async run(call) {
    const body = await call.api.send({ method: 'DELETE', path: workspacePath(call) })
    return done(body, `workspace ${call.input.argument(0)} is deleted`)
  },
}

export const workspace: Noun = {
  name: 'workspace',
  about: 'Workspaces: parts of a tenant with an audience of their own.',
  verbs: [create, list, get, set, remove],
}
