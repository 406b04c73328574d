import type { OutgoingHttpHeaders } from 'node:http'
import { expect } from 'vitest'
import { send, type WireAnswer } from './wire.ts'

export interface TokenBody {
  readonly access_token: string
  readonly token_type: string
  readonly expires_in: number
  readonly issued_token_type: string
  readonly scope?: string
}

export interface Claims {
  readonly iss: string
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly exp: number
  readonly iat: number
  readonly jti: string
  readonly client_id: string
  readonly scope?: string
  readonly roles: readonly string[]
  readonly tid: string
  readonly wid?: string
  readonly lin: string
  readonly sst: number
  readonly use: string
  readonly on: readonly string[]
}

export type Fields = Readonly<Record<string, string>>

export const formType = 'application/x-www-form-urlencoded'

export const formOf = (fields: Fields): string => new URLSearchParams(fields).toString()

/** RFC 7617, without any encoding of the two halves. */
export const basic = (pair: string | Uint8Array): string => `Basic ${Buffer.from(pair).toString('base64')}`

/** RFC 6749 §2.3.1 as openid-client and oauth4webapi do it: every character but letters and digits is escaped, a space becomes a plus. */
export const escaped = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[-_.!~*'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

export interface TokenCall {
  readonly path?: string
  /** Beside grant_type=client_credentials. */
  readonly fields?: Fields
  readonly headers?: OutgoingHttpHeaders
}

/** A client_credentials request. */
export const askToken = (baseUrl: string, { path = '/oauth2/token', fields = {}, headers = {} }: TokenCall): Promise<WireAnswer> =>
  send(baseUrl, { path, headers: { 'content-type': formType, ...headers }, body: formOf({ grant_type: 'client_credentials', ...fields }) })

/** The body of a token answer; throws with what came instead. */
export const tokenIn = (answer: WireAnswer): TokenBody => {
  if (answer.status !== 200) throw new Error(`expected a token and got ${answer.status}: ${answer.text}`)
  const body: TokenBody = JSON.parse(answer.text)
  return body
}

/** What a token says, unverified. */
export const claimsIn = (token: string): Claims => {
  const claims: Claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  return claims
}

/** The claims of the token in an answer. */
export const claimsOf = (answer: WireAnswer): Claims => claimsIn(tokenIn(answer).access_token)

/** RFC 6749 §5.2 as clients read it: JSON, not stored, exactly a code and a text. */
export const expectRefusal = (answer: WireAnswer, status: number, error: string): string => {
  const { headers, text } = answer
  expect({ status: answer.status, cacheControl: headers['cache-control'], text }).toMatchObject({ status, cacheControl: 'no-store' })
  expect(headers['content-type']).toMatch(/^application\/json(;|$)/)
  const body: { readonly error_description: string } = JSON.parse(text)
  expect(body).toEqual({ error, error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/) })
  return body.error_description
}
