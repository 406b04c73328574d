import { disclosed, done, listed } from '../answers.ts'
import { pathOf } from '../api.ts'
import { UsageError } from '../failure.ts'
import { given, textOf } from '../json.ts'
import { principalPath } from '../principal-path.ts'
import { readSecret } from '../secret-text.ts'
import { tenantPath } from '../tenant-path.ts'
import type { Call, Flag, Noun, Verb } from '../verb.ts'

const columns = ['id', 'status', 'created_at', 'expires_at']
const holderFlags: readonly Flag[] = [
  { flags: '--principal <principal>', about: 'the principal that holds it, by id or name' },
  { flags: '--resource <id>', about: 'the resource that holds it' },
]

const secretsOf = async (call: Call): Promise<string> => {
  const principal = call.input.text('principal')
  const resource = call.input.text('resource')
  if (principal !== undefined && resource === undefined) return `${await principalPath(call, principal)}/secrets`
  if (resource !== undefined && principal === undefined) return tenantPath(call.settings, 'resources', resource, 'secrets')
  throw new UsageError('give either --principal or --resource')
}

const create: Verb = {
  name: 'create',
  about: 'Makes a secret, or imports one; it is shown once.',
  flags: [
    ...holderFlags,
    { flags: '--lifetime <duration>', about: 'how long it is good: 30d, 12h, 3600s' },
    { flags: '--value-file <file>', about: 'import the secret in this file, or on stdin for -' },
  ],
  async run(call) {
    const { input, api, secrets } = call
    const lifetime = input.seconds('lifetime')
    const path = await secretsOf(call)
    const file = input.text('valueFile')
    const body = given({ lifetime_seconds: lifetime, value: file === undefined ? undefined : await readSecret(call, file) })
    const created = await api.send({ method: 'POST', path, body })
    secrets.learn(textOf(created, 'secret'))
    return disclosed(created, 'secret')
  },
}

const list: Verb = {
  name: 'list',
  about: 'Lists secrets, without what they are.',
  flags: holderFlags,
  run: async (call) => listed(await call.api.list(await secretsOf(call)), columns),
}

const revoke: Verb = {
  name: 'revoke',
  about: 'Revokes a secret: it gets no more tokens.',
  args: [{ name: '<secret>', about: 'the id of the secret' }],
  flags: holderFlags,
  async run(call) {
    const { input, api } = call
    const segment = pathOf(input.argument(0))
    const path = `${await secretsOf(call)}${segment}`
    return done(await api.send({ method: 'DELETE', path }), `secret ${input.argument(0)} is revoked`)
  },
}

export const secret: Noun = {
  name: 'secret',
  about: 'Secrets of principals and resources: five live ones each at most.',
  verbs: [create, list, revoke],
}
