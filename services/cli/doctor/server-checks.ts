import { discover, fetchJwks, fetchObject } from '../discovery.ts'
import { exchange, isSuccess, type Reply } from '../exchange.ts'
import { type JsonObject, memberOf, textOf } from '../json.ts'
import { type Check, fail, ok, warn } from './finding.ts'

const toleratedSeconds = 5
/** Verifiers commonly allow a minute; past it they refuse fresh tokens. */
const fatalSeconds = 60

const start = 'start the server with `npm start`, or name another one with --url'

export const health: Check = {
  name: 'healthz',
  remedy: start,
  async look({ call }) {
    const url = `${call.settings.baseUrl()}/healthz`
    const reply = await exchange(call.surroundings.fetch, { url })
    return isSuccess(reply) ? ok(url) : fail(`${url} answers with status ${reply.status}`, 'look whether something else listens there')
  },
}

/** What a server that is not ready lacks: `missing` as `[{name, missing}]`. */
const missingIn = ({ json, status }: Reply): string => {
  const missing = memberOf(json, 'missing')
  const parts = Array.isArray(missing)
    ? missing.map((part) => `${textOf(part, 'name') ?? 'a part'}: ${textOf(part, 'missing') ?? 'missing'}`)
    : []
  return parts.length > 0 ? parts.join(', ') : `status ${status}`
}

const ready: Check = {
  name: 'readyz',
  remedy: start,
  async look({ call }) {
    const reply = await exchange(call.surroundings.fetch, { url: `${call.settings.baseUrl()}/readyz` })
    if (isSuccess(reply)) return ok('the server is ready')
    return fail(
      `the server is not ready; ${missingIn(reply)}`,
      "wait a moment; if it stays so, look at what is missing and at the server's output",
    )
  },
}

const clock: Check = {
  name: 'clock',
  remedy: start,
  async look({ call }) {
    const { surroundings, settings } = call
    const before = surroundings.now()
    const { headers } = await exchange(surroundings.fetch, { url: `${settings.baseUrl()}/healthz` })
    const server = Date.parse(headers.get('date') ?? '')
    if (Number.isNaN(server)) return warn('the server does not say what time it is', 'look whether a proxy takes its Date header away')
    // The header has whole seconds, rounded down, and was written somewhere between question and answer.
    const seconds = Math.round(Math.max(before - (server + 1000), server - surroundings.now(), 0) / 1000)
    if (seconds <= toleratedSeconds) return ok('this clock and that of the server agree')
    const judge = seconds > fatalSeconds ? fail : warn
    return judge(`this clock and that of the server are ${seconds} s apart`, 'let both follow NTP: tokens are refused when clocks differ')
  },
}

const discovery: Check = {
  name: 'discovery',
  remedy: 'look whether the tenant exists (`chancery tenant list`) and --tenant names it',
  async look(visit) {
    const { quickstart, tenant, baseUrl } = visit.call.settings
    const { issuer, jwksUri } = await discover(visit.call)
    visit.issuer = issuer
    visit.jwksUri = jwksUri
    const expected = quickstart?.tenant === tenant() ? quickstart.issuer : undefined
    if (expected !== undefined && expected !== issuer) {
      return fail(
        `the issuer is ${issuer}, while quickstart.json says ${expected}`,
        'restart the server; clients compare issuers character by character',
      )
    }
    if (URL.canParse(issuer) && new URL(issuer).origin !== new URL(baseUrl()).origin) {
      return warn(
        `the issuer is ${issuer}, elsewhere than ${baseUrl()}`,
        'see to it that clients reach it there (CHANCERY_PUBLIC_URL, hosts of the tenant)',
      )
    }
    return ok(`the issuer is ${issuer}`)
  },
}

const keyCount = (jwks: JsonObject): number => {
  const keys = memberOf(jwks, 'keys')
  return Array.isArray(keys) ? keys.length : 0
}

const jwks: Check = {
  name: 'jwks',
  remedy: 'see to it that the address in discovery is reachable for clients (CHANCERY_PUBLIC_URL, hosts of the tenant)',
  async look({ call, jwksUri }) {
    if (keyCount(await fetchJwks(call)) === 0) return fail('JWKS holds no key', 'add one with `chancery keys rotate`')
    if (jwksUri === undefined) return warn('discovery names no JWKS', 'see the check before this one')
    const count = keyCount(await fetchObject(call, jwksUri))
    return count > 0 ? ok(`${jwksUri} holds ${count} ${count === 1 ? 'key' : 'keys'}`) : fail(`${jwksUri} holds no key`, jwks.remedy)
  },
}

/** What a stranger sees of the server. */
export const serverChecks: readonly Check[] = [ready, clock, discovery, jwks]
