import { expect, it } from 'vitest'
import { refusalIn } from './server-log.ts'

it('a refusal is the first fatal line, not what the postmaster says about it afterwards', () => {
  const log = [
    '2026-01-01 00:00:00.000 UTC [7] 00000 LOG:  starting PostgreSQL 18.4',
    '2026-01-01 00:00:00.001 UTC [9] 58P01 FATAL:  required WAL directory "pg_wal" does not exist',
    '2026-01-01 00:00:00.002 UTC [7] 00000 LOG:  database system is shut down',
    '',
  ].join('\n')
  expect(refusalIn(log)).toEqual({ state: '58P01', line: 'required WAL directory "pg_wal" does not exist' })
})

it('a panic refuses as well', () => {
  expect(refusalIn('2026-01-01 00:00:00.001 UTC [9] XX000 PANIC:  could not locate a valid checkpoint record').state).toBe('XX000')
})

it('a server that dies before it can write its prefix is quoted by its last line', () => {
  expect(refusalIn('postgres: error while loading shared libraries: libz.so.1\n\n')).toEqual({
    state: '',
    line: 'postgres: error while loading shared libraries: libz.so.1',
  })
  expect(refusalIn('')).toEqual({ state: '', line: 'no message' })
})
