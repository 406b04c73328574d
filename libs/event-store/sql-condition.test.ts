import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { conditionOf, faultOf, sqlFailure } from './sql-condition.ts'

const driverError = (code: string, constraint?: string): pg.DatabaseError => {
  const error = new pg.DatabaseError('Key (name)=(Ada) already exists: s3cret', 1, 'error')
  error.code = code
  error.constraint = constraint
  error.detail = 'Failing row contains (s3cret).'
  return error
}

describe('a database condition', () => {
  test('is known by SQLSTATE and constraint, whatever the message says', () => {
    expect(conditionOf(sqlFailure(driverError('23505', 'events_pkey')))).toEqual({ kind: 'again' })
    expect(conditionOf(sqlFailure(driverError('23505', 'hosts_pkey')))).toEqual({ kind: 'refused', reason: 'host_taken' })
    expect(conditionOf(sqlFailure(driverError('23505', 'unheard_of')))).toMatchObject({ code: 'store_refused', retryable: false })
    expect(conditionOf(sqlFailure(driverError('57P01')))).toMatchObject({ code: 'store_unavailable', retryable: true })
    expect(conditionOf(sqlFailure(new Error('Connection terminated unexpectedly')))).toMatchObject({ code: 'store_unavailable' })
    expect(conditionOf(sqlFailure(driverError('42P01')))).toMatchObject({ code: 'store_refused', retryable: false })
  })

  test('carries nothing of the row it failed on', () => {
    const fault = faultOf(sqlFailure(driverError('23502', 'secrets_pkey')))
    expect(inspect(fault, { depth: 9, showHidden: true })).not.toMatch(/s3cret|Ada/)
    expect(fault).toMatchObject({ message: 'store_refused', cause: { message: 'SQLSTATE 23502 on secrets_pkey' } })
  })

  test('names only constraints that the migrations make', () => {
    const migrations = ['0000_log', '0001_read_tables']
      .map((tag) => readFileSync(new URL(`migrations/${tag}.sql`, import.meta.url), 'utf8'))
      .join()
    const table = readFileSync(new URL('sql-condition.ts', import.meta.url), 'utf8')
    const named = [...table.matchAll(/^ {2}([a-z]+_[a-z_]+): (?:again|refused)/gm)].map(([, name]) => name)
    expect(named).toHaveLength(11)
    for (const name of named) expect(migrations).toMatch(new RegExp(`(CONSTRAINT|UNIQUE INDEX) ${name}\\b`))
  })
})
