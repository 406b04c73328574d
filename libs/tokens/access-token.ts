import { invariant, type Seconds } from '@chancery/kernel'
import { isRecord } from './is-record.ts'

/** What a token may rest on, and so what a cut may name. */
export const restsOnKinds = ['tenant', 'principal', 'credential', 'policy', 'lineage', 'session', 'key', 'token'] as const
export type RestsOnKind = (typeof restsOnKinds)[number]

/** `<kind>:<id>` or `<kind>:<id>@<version>`. */
export type RestsOn = `${RestsOnKind}:${string}`

/** What a token of ours is for; checked wherever we accept one. */
export type TokenUse = 'access' | 'id' | 'logout'

/** Who acts (RFC 8693 §4.1) or may act (§4.4) for the subject; nested, the latest actor outermost. */
export type Actor = { readonly sub: string; readonly client_id?: string; readonly act?: Actor }

/** What the bearer must prove to hold: a DPoP key (RFC 9449 §6.1) or a client certificate (RFC 8705 §3.1). */
export type Confirmation = { readonly jkt?: string; readonly 'x5t#S256'?: string }

/** Claims of an access token: RFC 9068 §2.2 and our own. Times are in seconds; `sst` is the session's start, `lin` the lineage. */
export type AccessTokenClaims = {
  readonly iss: string
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly exp: Seconds
  readonly iat: Seconds
  readonly nbf?: Seconds
  readonly jti: string
  readonly client_id: string
  readonly scope?: string
  readonly roles?: readonly string[]
  readonly entitlements?: readonly string[]
  readonly act?: Actor
  readonly may_act?: Actor
  readonly cnf?: Confirmation
  readonly tid: string
  readonly wid?: string
  readonly lin: string
  readonly sst: Seconds
  readonly use: 'access'
  readonly on: readonly RestsOn[]
}

// Each with whether a value may stand there. A claim that is added to the type and not here does not compile.
const isText = (value: unknown): boolean => typeof value === 'string'
const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const isActor = (value: unknown): boolean => isRecord(value) && isText(value.sub) && (value.act === undefined || isActor(value.act))
const optional =
  (isValid: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || isValid(value)

const claims = {
  iss: isText,
  sub: isText,
  aud: (value) => isText(value) || isTexts(value),
  exp: isTime,
  iat: isTime,
  nbf: optional(isTime),
  jti: isText,
  client_id: isText,
  scope: optional(isText),
  roles: optional(isTexts),
  entitlements: optional(isTexts),
  act: optional(isActor),
  may_act: optional(isActor),
  cnf: optional(isRecord),
  tid: isText,
  wid: optional(isText),
  lin: isText,
  sst: isTime,
  use: (value) => value === 'access',
  on: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string' && parseRestsOn(item) !== undefined),
} satisfies Record<keyof AccessTokenClaims, (value: unknown) => boolean>

/** Claims whose meaning is ours: no claim mapping and no client metadata may set or replace them. */
export const reservedClaims: ReadonlySet<string> = new Set(Object.keys(claims))

/** Whether a parsed payload is an access token of ours: every claim present that must be, and each of its type. Other claims may be beside. */
export const isAccessTokenClaims = (payload: unknown): payload is AccessTokenClaims =>
  isRecord(payload) && Object.entries(claims).every(([name, isValid]) => isValid(payload[name]))

/** One thing a token rests on, as it stands in `on` and in a cut's key. `version` is the state of it that the token was decided on. */
export const restsOn = (kind: RestsOnKind, id: string, version?: number): RestsOn => {
  invariant(id !== '' && !id.includes('@'), 'the id of what a token rests on has no @')
  return version === undefined ? `${kind}:${id}` : `${kind}:${id}@${version}`
}

const restsOnForm = /^([a-z]+):([^@]+)(?:@(0|[1-9][0-9]{0,15}))?$/
const isKind = (text: string | undefined): text is RestsOnKind => restsOnKinds.some((kind) => kind === text)

/** Reads what `restsOn` wrote; undefined for any other text. */
export const parseRestsOn = (text: string): { readonly kind: RestsOnKind; readonly id: string; readonly version?: number } | undefined => {
  const [, kind, id, version] = restsOnForm.exec(text) ?? []
  if (!isKind(kind) || id === undefined) return undefined
  return version === undefined ? { kind, id } : { kind, id, version: Number(version) }
}

/**
 * The list of several, each thing once, in the order they first appear. Of two versions of one thing the lower stays: whatever cuts the
 * higher cuts the lower too. An entry without a version is cut by any cut on the thing and outranks both.
 */
export const restsOnAll = (entries: Iterable<RestsOn>): RestsOn[] => {
  const lowest = new Map<string, { readonly entry: RestsOn; readonly version: number }>()
  for (const entry of entries) {
    const parsed = parseRestsOn(entry)
    invariant(parsed !== undefined, 'an entry of what a token rests on was written by restsOn')
    const thing = `${parsed.kind}:${parsed.id}`
    const version = parsed.version ?? -1
    if (version < (lowest.get(thing)?.version ?? Number.POSITIVE_INFINITY)) lowest.set(thing, { entry, version })
  }
  return Array.from(lowest.values(), ({ entry }) => entry)
}
