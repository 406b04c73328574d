import { isUtf8 } from 'node:buffer'
import type { Static, TObject, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { done, type Outcome, type Refused, refused } from '../outcome.ts'
import type { AdminRefusal } from '../problems.ts'

type InputError = ReturnType<typeof Value.Errors>[number]

/** What each kind of fault is called, which differs between a body and a query. */
interface Names {
  readonly unknown: AdminRefusal
  readonly missing: AdminRefusal
  readonly invalid: AdminRefusal
}

const ofBody: Names = { unknown: 'unknown_member', missing: 'missing_member', invalid: 'invalid_member' }
const ofQuery: Names = { unknown: 'unknown_parameter', missing: 'invalid_parameter', invalid: 'invalid_parameter' }

const longestName = 64

/** A name as the client wrote it may be of any length and hold anything. */
const quoted = (name: string): string => JSON.stringify(name.length > longestName ? `${name.slice(0, longestName)}…` : name)

/** RFC 6901: `/claims/a~1b` is the member `a/b` of `claims`. */
const placeOf = ({ instancePath }: InputError): string =>
  instancePath
    .split('/')
    .slice(1)
    .map((piece) => piece.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.')

const within = (error: InputError): string => (error.instancePath === '' ? '' : ` in ${quoted(placeOf(error))}`)

/** A member too many or too few says what is wrong better than any value does. */
const aboutMember = (error: InputError, names: Names): Refused | undefined => {
  if (error.keyword === 'additionalProperties') {
    return refused(names.unknown, `${quoted(error.params.additionalProperties[0] ?? '')} is not known${within(error)}.`)
  }
  if (error.keyword !== 'required') return undefined
  return refused(names.missing, `${quoted(error.params.requiredProperties[0] ?? '')} is required${within(error)}.`)
}

const sentenceOf = (error: InputError): string => {
  switch (error.keyword) {
    case 'enum':
      return `must be one of ${error.params.allowedValues.join(', ')}`
    case 'pattern':
      return 'has a character or a form that is not allowed here'
    case 'anyOf':
      return 'has none of the forms that are allowed here'
    default:
      return error.message
  }
}

const aboutValue = (error: InputError, names: Names): Refused =>
  refused(names.invalid, `${error.instancePath === '' ? 'The body' : quoted(placeOf(error))} ${sentenceOf(error)}.`)

const explain = (errors: readonly InputError[], names: Names): Refused => {
  // Inside a choice of forms, each form complains in its own way; only the choice as a whole says something.
  const choice = errors.findLast(({ keyword }) => keyword === 'anyOf')
  if (choice !== undefined) return aboutValue(choice, names)
  for (const error of errors) {
    const refusal = aboutMember(error, names)
    if (refusal !== undefined) return refusal
  }
  return errors[0] === undefined ? refused(names.invalid) : aboutValue(errors[0], names)
}

const read = <Schema extends TSchema>(schema: Schema, value: unknown, names: Names): Outcome<Static<Schema>> =>
  Value.Check(schema, value) ? done(value) : explain(Value.Errors(schema, value), names)

const parseJson = (body: Buffer): Outcome<unknown> => {
  try {
    return isUtf8(body) ? done(JSON.parse(body.toString())) : refused('bad_json')
  } catch {
    return refused('bad_json')
  }
}

/** The bytes of a body as its schema describes them; without a body, an empty object. */
export const readBody = <Schema extends TObject>(schema: Schema, body: unknown): Outcome<Static<Schema>> => {
  if (!Buffer.isBuffer(body) || body.length === 0) return read(schema, {}, ofBody)
  const json = parseJson(body)
  return json.accepted ? read(schema, json.value, ofBody) : json
}

const wholeNumber = /^\d{1,9}$/

/** A query has only text; whether a parameter means a number or a truth is for the schema to say. */
const typed = (value: unknown, type: unknown): unknown => {
  if (typeof value !== 'string') return value
  if (type === 'integer' && wholeNumber.test(value)) return Number(value)
  return type === 'boolean' && (value === 'true' || value === 'false') ? value === 'true' : value
}

const typeOf = (schema: TSchema | undefined): unknown => (schema !== undefined && 'type' in schema ? schema.type : undefined)

export const readQuery = <Schema extends TObject>(schema: Schema, query: unknown): Outcome<Static<Schema>> => {
  const types = new Map(Object.entries(schema.properties).map(([name, property]) => [name, typeOf(property)]))
  const entries = Object.entries(query ?? {}).map(([name, value]) => [name, typed(value, types.get(name))])
  return read(schema, Object.fromEntries(entries), ofQuery)
}

const unknownThings: Readonly<Record<string, AdminRefusal>> = {
  workspace: 'workspace_unknown',
  principal: 'principal_unknown',
  resource: 'resource_unknown',
  secret: 'secret_unknown',
  token: 'token_unknown',
}

/** A path that no name or id could make leads nowhere: 404, without asking the database. */
export const readPath = <Schema extends TObject>(schema: Schema, path: unknown): Outcome<Static<Schema>> => {
  if (Value.Check(schema, path)) return done(path)
  const parameters = Value.Errors(schema, path).map(placeOf)
  const reason = parameters.includes('tenant') ? undefined : unknownThings[parameters[0] ?? '']
  return refused(reason ?? 'tenant_unknown')
}
