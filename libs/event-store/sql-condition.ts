import { Fault } from '@chancery/kernel'
import pg from 'pg'
import type { UniquenessRefusal } from './store.ts'

/** What a failed statement means to its caller: decide again, a refusal, or a fault. */
export type Condition =
  | { readonly kind: 'again' }
  | { readonly kind: 'refused'; readonly reason: UniquenessRefusal }
  | { readonly kind: 'fault'; readonly code: string; readonly retryable: boolean }

const again: Condition = { kind: 'again' }
const unavailable: Condition = { kind: 'fault', code: 'store_unavailable', retryable: true }
const refused = (reason: UniquenessRefusal): Condition => ({ kind: 'refused', reason })

/** 23505 by the constraint it names. Whatever another append may have written since we loaded is decided again. */
const violations: Readonly<Record<string, Condition>> = {
  events_pkey: again,
  events_tenant_version: again,
  tenants_name: refused('name_taken'),
  tenants_account: refused('account_taken'),
  hosts_pkey: refused('host_taken'),
  workspaces_name: refused('name_taken'),
  principals_name: refused('name_taken'),
  principals_client_id: refused('client_id_taken'),
  secrets_pkey: refused('secret_taken'),
  secrets_imported: refused('secret_taken'),
  resources_audience: refused('audience_taken'),
}

/** The rest by SQLSTATE, or by its class of two characters. */
const conditions: Readonly<Record<string, Condition>> = {
  '40001': again,
  '40P01': again,
  // Text that JSON admits and jsonb does not: U+0000 and halves of surrogate pairs.
  '22P05': { kind: 'fault', code: 'unstorable_text', retryable: false },
  // Waited too long for a lock, or was cancelled by a timeout of ours (25P03 idle, 25P04 transaction, 57014 statement).
  '55P03': unavailable,
  '25P03': unavailable,
  '25P04': unavailable,
  // A standby answers: the primary has moved.
  '25006': unavailable,
  '08': unavailable,
  '53': unavailable,
  '57': unavailable,
  '58': unavailable,
  // Our own credentials do not fit (yet): another instance may be setting the roles' passwords.
  '28': unavailable,
}

const unexpected: Condition = { kind: 'fault', code: 'store_refused', retryable: false }

/**
 * A failed statement without the driver's text: `message` and `detail` of the driver may quote the row, so they end here. No `sqlstate` means
 * that the connection broke, or no answer came in time.
 */
export class SqlFailure extends Error {
  readonly sqlstate: string | undefined
  readonly constraint: string | undefined

  constructor(sqlstate: string | undefined, constraint: string | undefined) {
    super(`SQLSTATE ${sqlstate ?? 'none'}${constraint === undefined ? '' : ` on ${constraint}`}`)
    this.name = 'SqlFailure'
    this.sqlstate = sqlstate
    this.constraint = constraint
  }
}

export const sqlFailure = (error: unknown): SqlFailure => {
  if (error instanceof SqlFailure) return error
  return error instanceof pg.DatabaseError ? new SqlFailure(error.code, error.constraint) : new SqlFailure(undefined, undefined)
}

export const conditionOf = ({ sqlstate, constraint }: SqlFailure): Condition => {
  if (sqlstate === undefined) return unavailable
  if (sqlstate === '23505') return violations[constraint ?? ''] ?? unexpected
  return conditions[sqlstate] ?? conditions[sqlstate.slice(0, 2)] ?? unexpected
}

/** The fault that callers outside this lib see. A condition that wanted another attempt and got none is worth repeating. */
export const faultOf = (failure: SqlFailure): Fault => {
  const condition = conditionOf(failure)
  if (condition.kind === 'fault') return new Fault(condition.code, { cause: failure, retryable: condition.retryable })
  return new Fault('store_conflict', { cause: failure, retryable: true })
}
