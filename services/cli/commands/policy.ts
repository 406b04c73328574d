import { clearable, described } from '../answers.ts'
import { given, type JsonObject } from '../json.ts'
import { principalPath } from '../principal-path.ts'
import type { Argument, Call, Flag, Noun, Verb } from '../verb.ts'

const principalArgument: Argument = { name: '<principal>', about: 'the id or the name of the principal it is for' }

/** Grants have long names on the wire; their last words are enough here. */
const shortGrants: Readonly<Record<string, string>> = {
  'token-exchange': 'urn:ietf:params:oauth:grant-type:token-exchange',
  'jwt-bearer': 'urn:ietf:params:oauth:grant-type:jwt-bearer',
}

const flags: readonly Flag[] = [
  { flags: '--ttl <duration>', about: 'the life of an access token, 20s to 1d' },
  {
    flags: '--grant <grant_type>',
    about: 'a grant it may use, as on the wire or token-exchange, jwt-bearer; may be repeated',
    repeats: true,
  },
  { flags: '--scope <scope>', about: 'a scope it may ask for, a final * for any ending; may be repeated', repeats: true },
  { flags: '--audience <audience>', about: 'an audience it may ask for, a final * for any ending; may be repeated', repeats: true },
  { flags: '--default-audience <audience>', about: "the audience when it asks for none; empty for the tenant's" },
  { flags: '--refresh <kind>', about: 'whether it gets refresh tokens', choices: ['none', 'rotating', 'reusable'] },
]

const policyPath = async (call: Call): Promise<string> => `${await principalPath(call, call.input.argument(0))}/issuance-policy`

const changesOf = ({ input }: Call): JsonObject =>
  given({
    access_token_ttl_seconds: input.seconds('ttl'),
    grants: input.list('grant')?.map((grant) => shortGrants[grant] ?? grant),
    scopes: input.list('scope'),
    audiences: input.list('audience'),
    default_audience: clearable(input.text('defaultAudience')),
    refresh: input.text('refresh'),
  })

const get: Verb = {
  name: 'get',
  about: 'Shows what a principal may be issued.',
  args: [principalArgument],
  run: async (call) => described(await call.api.get(await policyPath(call))),
}

const set: Verb = {
  name: 'set',
  about: 'Changes what a principal may be issued; what is not given stays.',
  args: [principalArgument],
  flags,
  async run(call) {
    const body = changesOf(call)
    return described(await call.api.send({ method: 'PUT', path: await policyPath(call), body }))
  },
}

export const policy: Noun = { name: 'policy', about: 'Issuance policies: what a principal may be issued.', verbs: [get, set] }
