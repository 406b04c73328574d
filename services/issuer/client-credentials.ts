import { type Door, decideClientCredentials, type Grant, type PrincipalRights } from '@chancery/domain'
import type { IssuerUrls } from '@chancery/http'
import { type Clock, granted, type Milliseconds, type Outcome, type Random, reject, toSeconds } from '@chancery/kernel'
import { defaultAlgorithm, macOf, type PepperRing, type TokenSigner } from '@chancery/tokens'
import { authenticateClient, macsOf, type PresentedMacs } from './authenticate-client.ts'
import { type DialectName, dialects } from './dialects.ts'
import { identifyClient, type Presented, type Reading } from './identify-client.ts'
import { type Asked, type IssuanceLog, issuanceFact } from './issuance-record.ts'
import { type Issuance, type MintedToken, mintToken } from './mint-token.ts'
import type { Refusal } from './oauth-error.ts'
import type { Rights, RightsCache, RightsKey } from './rights-cache.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { ListedTenant } from './tenant-directory.ts'
import { parameter, type TokenRequest } from './token-request.ts'

export interface ClientCredentialsDeps {
  readonly rights: RightsCache
  readonly keys: SigningKeys
  readonly signer: TokenSigner
  readonly peppers: PepperRing
  readonly urls: IssuerUrls
  readonly log: IssuanceLog
  readonly clock: Clock
  readonly random: Random
}

/** A token request that has found its tenant. */
export interface AddressedRequest {
  readonly request: TokenRequest
  readonly dialect: DialectName
  readonly tenant: ListedTenant
  readonly door: Door
  readonly from: Pick<Asked, 'ip' | 'userAgent' | 'traceId'>
}

/** The same with what it asked for worked out. */
interface AskedRequest extends AddressedRequest {
  readonly asked: Asked
}

export interface Issued {
  readonly minted: MintedToken
  readonly issuance: Issuance
}

export type TokenOutcome = Outcome<Issued, Refusal> & { readonly usedBasic: boolean }

/** A token signed later than this after its gate could rest on rights that are gone; the gate is passed again instead. */
const gateLifeMs = 5000

const keyOf = (reading: Reading, peppers: PepperRing): RightsKey => {
  if (reading.clientId !== undefined) return { clientId: reading.clientId }
  if (reading.secretId !== undefined) return { secretId: reading.secretId }
  const macs = Array.from(peppers.keys.keys(), (id) => Buffer.from(macOf(peppers, id, reading.secretText)).toString('base64'))
  return { secretMacs: macs }
}

/** What a client id can look like; nobody is looked up, or remembered as unknown, by anything else. */
const clientIdForm = /^[\x20-\x7e]{1,256}$/

/** The readings of one request name at most two principals: an id sent raw, and the same id decoded. */
const candidates = ({ readings }: Presented, peppers: PepperRing): RightsKey[] => {
  const possible = readings.filter(({ clientId }) => clientId === undefined || clientIdForm.test(clientId))
  const distinct = possible.filter(
    ({ clientId }, index) => clientId === undefined || possible.findIndex((other) => other.clientId === clientId) === index,
  )
  return distinct.map((reading) => keyOf(reading, peppers))
}

interface Authenticated extends Omit<Rights, 'principal'> {
  readonly principal: PrincipalRights
  readonly secret: Issuance['secret']
}

const authenticated = (rights: Rights | undefined, macs: PresentedMacs, now: Milliseconds): Authenticated | undefined => {
  const secret = authenticateClient(rights?.principal, macs, now)
  if (rights?.principal === undefined || secret === undefined) return undefined
  return { tenant: rights.tenant, principal: rights.principal, secret }
}

const askedAudience = (request: TokenRequest): string[] => [
  ...new Set(['audience', 'resource'].map((name) => parameter(request.form, name)).filter((value) => value !== undefined)),
]

const decide = ({ dialect, door, asked }: AskedRequest, issuer: string, { tenant, principal }: Authenticated): Outcome<Grant, Refusal> => {
  const { scopeGrammar: grammar, defaultScope } = dialects[dialect]
  return decideClientCredentials(
    { scope: { scope: asked.scope, defaultScope, grammar }, audience: { asked: asked.audience, door, issuer } },
    tenant.rights,
    principal,
  )
}

const askedOf = ({ request, dialect, from }: AddressedRequest): Asked => ({
  grantType: request.grantType,
  dialect,
  scope: request.form.get('scope'),
  audience: askedAudience(request),
  ...from,
})

const authenticating =
  ({ rights, peppers, clock }: ClientCredentialsDeps) =>
  async ({ tenant }: AddressedRequest, presented: Presented): Promise<Authenticated | undefined> => {
    const macs = macsOf(presented, peppers)
    let found: Authenticated | undefined
    for (const key of candidates(presented, peppers)) {
      found = authenticated(await rights.rightsFor(tenant.tenantId, key), macs, clock.now()) ?? found
    }
    return found
  }

/** RFC 6749 §4.4, step by step: identify, pass the gate, authenticate, decide, sign, record. The answer waits for the record. */
export const clientCredentials = (deps: ClientCredentialsDeps) => {
  const { keys, signer, urls, log, clock, random } = deps
  const authenticate = authenticating(deps)

  const prepare = async (addressed: AskedRequest, presented: Presented): Promise<Outcome<Issuance, Refusal>> => {
    const issuedAt = toSeconds(clock.now())
    const gatedAt = clock.monotonic()
    const client = await authenticate(addressed, presented)
    if (client?.principal.clientId === undefined) return reject('client_not_authenticated')
    const { tenant, principal, secret } = client
    const issuer = urls.issuerOf({ name: tenant.rights.name, hosts: tenant.hosts })
    const decision = decide(addressed, issuer, client)
    if (!decision.accepted) return decision
    const grant = decision.value
    const key = await keys.signing(tenant, grant.resource?.alg ?? tenant.rights.defaultAlg ?? defaultAlgorithm)
    if (clock.monotonic() - gatedAt > gateLifeMs) return prepare(addressed, presented)
    return granted({ tenant, principal, clientId: client.principal.clientId, secret, grant, issuer, issuedAt, key })
  }

  const record = async ({ tenant, asked }: AskedRequest, { issuance, minted }: Issued): Promise<void> => {
    const fact = issuanceFact(issuance, minted, { asked, random, at: clock.now() })
    await log.append(tenant.tenantId, fact)
  }

  return async (addressed: AddressedRequest): Promise<TokenOutcome> => {
    const identified = identifyClient(addressed.request)
    if (!identified.accepted) return { ...identified, usedBasic: false }
    const presented = identified.value
    const asking = { ...addressed, asked: askedOf(addressed) }
    const prepared = await prepare(asking, presented)
    if (!prepared.accepted) return { ...prepared, usedBasic: presented.usedBasic }
    const issued = { issuance: prepared.value, minted: mintToken(prepared.value, signer, random) }
    await record(asking, issued)
    return { ...granted(issued), usedBasic: presented.usedBasic }
  }
}
