import { clearable, described, done, listed, pageFlags, pageQuery } from '../answers.ts'
import { UsageError } from '../failure.ts'
import { given, isObject, type JsonObject, parseJson } from '../json.ts'
import { tenantPath } from '../tenant-path.ts'
import type { Argument, Call, Flag, Noun, Verb } from '../verb.ts'

const resourceArgument: Argument = { name: '<resource>', about: 'its id' }
const columns = ['audience', 'alg', 'typ', 'accepts_account_tokens', 'id']
const settable: readonly Flag[] = [
  { flags: '--alg <alg>', about: 'the signature algorithm that it verifies: ES256, RS256 or EdDSA' },
  { flags: '--typ <typ>', about: 'the typ of its tokens: at+jwt, or JWT where that is refused' },
  { flags: '--claims <json>', about: 'claims of its tokens, as {"role": {"from": "roles", "prefix": "r-"}, "env": {"value": "prod"}}' },
  { flags: '--accepts-account-tokens', about: 'it takes tokens of the account as well' },
  { flags: '--no-accepts-account-tokens', about: 'it takes its own tokens only' },
]

const collectionOf = ({ settings }: Call): string => tenantPath(settings, 'resources')
const resourcePath = ({ settings, input }: Call): string => tenantPath(settings, 'resources', input.argument(0))

const claimsIn = (text: string | undefined): JsonObject | undefined => {
  const claims = text === undefined ? undefined : parseJson(text)
  if (text !== undefined && !isObject(claims)) throw new UsageError('--claims takes a JSON object')
  return isObject(claims) ? claims : undefined
}

const choiceOf = ({ input }: Call): boolean | undefined => {
  if (input.isOff('acceptsAccountTokens')) return false
  return input.isOn('acceptsAccountTokens') || undefined
}

const settingsOf = (call: Call): JsonObject =>
  given({
    audience: call.input.text('audience'),
    alg: clearable(call.input.text('alg')),
    typ: clearable(call.input.text('typ')),
    claims: claimsIn(call.input.text('claims')),
    accepts_account_tokens: choiceOf(call),
  })

const create: Verb = {
  name: 'create',
  about: 'Registers a resource: an audience and what its tokens look like.',
  flags: [{ flags: '--audience <audience>', about: 'the audience it is', required: true }, ...settable],
  run: async (call) => described(await call.api.send({ method: 'POST', path: collectionOf(call), body: settingsOf(call) })),
}

const list: Verb = {
  name: 'list',
  about: 'Lists the resources of the tenant.',
  flags: pageFlags,
  run: async (call) => listed(await call.api.list(collectionOf(call), pageQuery(call.input)), columns),
}

const get: Verb = {
  name: 'get',
  about: 'Shows a resource.',
  args: [resourceArgument],
  run: async (call) => described(await call.api.get(resourcePath(call))),
}

const set: Verb = {
  name: 'set',
  about: 'Changes a resource; what is not given stays.',
  args: [resourceArgument],
  flags: [{ flags: '--audience <audience>', about: 'the audience it is' }, ...settable],
  run: async (call) => described(await call.api.send({ method: 'PATCH', path: resourcePath(call), body: settingsOf(call) })),
}

const remove: Verb = {
  name: 'delete',
  about: 'Removes a resource.',
  args: [resourceArgument],
  async run(call) {
    const body = await call.api.send({ method: 'DELETE', path: resourcePath(call) })
    return done(body, `resource ${call.input.argument(0)} is deleted`)
  },
}

export const resource: Noun = {
  name: 'resource',
  about: 'Resources: the audiences that tokens are for.',
  verbs: [create, list, get, set, remove],
}
