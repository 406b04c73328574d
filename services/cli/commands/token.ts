import { toSeconds } from '@chancery/kernel'
import { discover, fetchJwks } from '../discovery.ts'
import { UsageError } from '../failure.ts'
import { given, type JsonObject, numberOf, textOf } from '../json.ts'
import { decodeJwt, type Jwt, signatureFault } from '../jwt.ts'
import { type Answer, record } from '../output.ts'
import { readStdin } from '../secret-text.ts'
import { clientOf, isDialect, requestToken, tokenPaths } from '../token-request.ts'
import type { Call, Noun, Verb } from '../verb.ts'

const get: Verb = {
  name: 'get',
  about: "Gets a token with a client's secret and prints it, and nothing else.",
  flags: [
    { flags: '--client-id <id>', about: 'the client (default: that of quickstart.json)' },
    { flags: '--client-secret-file <file>', about: 'its secret, - for stdin (default: CHANCERY_CLIENT_SECRET)' },
    { flags: '--scope <scope>', about: 'the scope to ask for' },
    { flags: '--audience <audience>', about: 'the audience to ask for' },
    { flags: '--dialect <dialect>', about: 'whose token path to ask (default: plain)', choices: Object.keys(tokenPaths) },
  ],
  async run(call) {
    const { input } = call
    const dialect = input.text('dialect') ?? 'plain'
    if (!isDialect(dialect)) throw new UsageError(`the dialect '${dialect}' is not known`)
    const answer = await requestToken(call, {
      client: await clientOf(call),
      dialect,
      scope: input.text('scope'),
      audience: input.text('audience'),
    })
    return { json: answer, text: textOf(answer, 'access_token') ?? '' }
  },
}

/** Why the token is not one of this server's that is good now; `undefined` when it is. */
const faultOf = async (call: Call, jwt: Jwt): Promise<string | undefined> => {
  const discovered = await discover(call)
  const issuer = textOf(jwt.claims, 'iss')
  if (issuer !== discovered.issuer) {
    return `it was issued by ${issuer ?? 'nobody'}; the issuer of the tenant ${call.settings.tenant()} is ${discovered.issuer} (--tenant names another)`
  }
  const fault = signatureFault(jwt, await fetchJwks(call))
  if (fault !== undefined) return fault
  const now = toSeconds(call.surroundings.now())
  const expiry = numberOf(jwt.claims, 'exp')
  if (expiry === undefined) return 'it never expires'
  return expiry <= now ? `it expired ${now - expiry} s ago` : undefined
}

interface Inspected {
  readonly header: JsonObject
  readonly claims: JsonObject
  readonly valid?: boolean
  readonly reason?: string
}

const verdictOf = ({ valid, reason }: Inspected): string => {
  if (valid === undefined) return 'not verified'
  return valid ? 'valid: the signature is right and it has not expired (revocation is what introspection tells)' : `not valid: ${reason}`
}

const inspected = (found: Inspected): Answer => ({
  json: given({ ...found }),
  text: `${record(found.header)}\n\n${record(found.claims)}\n\n${verdictOf(found)}`,
  exitCode: found.valid === false ? 1 : 0,
})

const inspect: Verb = {
  name: 'inspect',
  about: "Decodes a JWT and verifies it with the keys of the tenant's issuer; exit code 1 when it is not valid.",
  args: [{ name: '[token]', about: 'the token; from stdin when left out' }],
  flags: [{ flags: '--offline', about: 'decode only and ask no server' }],
  async run(call) {
    const argument = call.input.optionalArgument(0)
    const text = (argument === undefined || argument === '-' ? await readStdin(call) : argument).trim()
    call.secrets.learn(text)
    const jwt = decodeJwt(text)
    const { header, claims } = jwt
    if (call.input.isOn('offline')) return inspected({ header, claims })
    const reason = await faultOf(call, jwt)
    return inspected({ header, claims, valid: reason === undefined, ...(reason === undefined ? {} : { reason }) })
  },
}

export const token: Noun = { name: 'token', about: 'Access tokens.', verbs: [get, inspect] }
