import { pathOf } from '../api.ts'
import { fetchJwks } from '../discovery.ts'
import { itemsOf, textOf } from '../json.ts'
import { decodeJwt, signatureFault } from '../jwt.ts'
import { clientOf, requestToken } from '../token-request.ts'
import type { Call } from '../verb.ts'
import { type Check, fail, ok, type Visit, warn } from './finding.ts'

const adminToken: Check = {
  name: 'admin token',
  remedy: 'give one in CHANCERY_ADMIN_TOKEN, or name the folder of quickstart.json with --data-dir',
  async look({ call }) {
    await call.api.get('/admin/v1/status')
    return ok('the server takes it')
  },
}

const token: Check = {
  name: 'token',
  remedy: 'look whether the client is enabled and its secret is live (`chancery principal list`, `chancery secret list`)',
  async look(visit) {
    const answer = await requestToken(visit.call, { client: await clientOf(visit.call), dialect: 'plain' })
    const accessToken = textOf(answer, 'access_token')
    visit.call.secrets.learn(accessToken)
    if (accessToken !== undefined) visit.accessToken = accessToken
    return ok('a client gets a token with its secret')
  },
}

const withToken = (name: string, remedy: string, look: (visit: Visit, accessToken: string) => ReturnType<Check['look']>): Check => ({
  name,
  remedy,
  async look(visit) {
    return visit.accessToken === undefined
      ? warn('there is no token to look at', 'see the check of the token')
      : look(visit, visit.accessToken)
  },
})

const wrongKeys = 'look whether a proxy caches JWKS, and whether the server was restored from a backup'

const signature = withToken('signature', wrongKeys, async ({ call, issuer }, accessToken) => {
  const jwt = decodeJwt(accessToken)
  const named = textOf(jwt.claims, 'iss')
  if (issuer !== undefined && named !== issuer) return fail(`the token names ${named ?? 'no issuer'}, discovery ${issuer}`, wrongKeys)
  const fault = signatureFault(jwt, await fetchJwks(call))
  return fault === undefined ? ok('the token verifies with JWKS') : fail(fault, wrongKeys)
})

const pageSize = 1000
/** Two hundred thousand facts: further back nobody waits for. */
const fullPages = 200
/** A fact is durable before its token is out, and shown once no older transaction is under way any more. */
const shortPages = 25
const pauseMilliseconds = 200

/** Whether the log holds the fact; `undefined` when it is longer than anybody wants to wait for. */
const hasFact = async ({ api, settings, surroundings }: Call, jti: string): Promise<boolean | undefined> => {
  let cursor: string | undefined
  const left = { full: fullPages, short: shortPages }
  while (left.full > 0 && left.short > 0) {
    const page = await api.get(pathOf('t', settings.tenant(), 'facts'), { cursor, limit: pageSize })
    const facts = itemsOf(page)
    if (facts.some((fact) => textOf(fact, 'jti') === jti)) return true
    cursor = textOf(page, 'next_cursor') ?? cursor
    const isFull = facts.length === pageSize
    left[isFull ? 'full' : 'short'] -= 1
    if (!isFull) await surroundings.wait(pauseMilliseconds)
  }
  return left.full === 0 ? undefined : false
}

const missingFact = "a token without its fact must not exist: keep the server's output and report it"

const fact = withToken(
  'fact',
  'give an admin token in CHANCERY_ADMIN_TOKEN; facts are for administrators',
  async ({ call }, accessToken) => {
    const jti = textOf(decodeJwt(accessToken).claims, 'jti')
    if (jti === undefined) return fail('the token has no jti', missingFact)
    const isThere = await hasFact(call, jti)
    if (isThere === undefined) return warn('the log is too long to look through here', `look for the jti ${jti} with \`chancery facts\``)
    return isThere ? ok(`the log holds the fact of ${jti}`) : fail(`the log does not hold the fact of ${jti}`, missingFact)
  },
)

/** What its administrators and clients get from it. */
export const tokenChecks: readonly Check[] = [adminToken, token, signature, fact]
