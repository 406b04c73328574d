import { described, listed } from '../answers.ts'
import { given } from '../json.ts'
import { tenantPath } from '../tenant-path.ts'
import type { Noun, Verb } from '../verb.ts'

const columns = ['kid', 'alg', 'status', 'created_at', 'activates_at']

const list: Verb = {
  name: 'list',
  about: 'Lists the signing keys of the tenant.',
  run: async ({ api, settings }) => listed(await api.list(tenantPath(settings, 'signing-keys')), columns),
}

const rotate: Verb = {
  name: 'rotate',
  about: 'Adds a signing key, which is published now and signs later.',
  flags: [
    { flags: '--alg <alg>', about: 'its algorithm: ES256, RS256 or EdDSA' },
    { flags: '--compromised', about: 'the keys so far are known to others: the new one signs at once, the old ones leave JWKS' },
  ],
  async run({ api, settings, input }) {
    const body = given({ alg: input.text('alg'), compromised: input.isOn('compromised') || undefined })
    return described(await api.send({ method: 'POST', path: tenantPath(settings, 'signing-keys'), body }))
  },
}

const rewrap: Verb = {
  name: 'rewrap',
  about: 'Seals the private keys of all tenants under the active master key, after a new one was put first.',
  run: async ({ api }) => described(await api.send({ method: 'POST', path: '/admin/v1/signing-keys/rewrap' })),
}

export const keys: Noun = { name: 'keys', about: 'Signing keys of the tenant.', verbs: [list, rotate, rewrap] }
