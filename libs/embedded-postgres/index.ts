export { EmbeddedPostgresFault, type EmbeddedPostgresFaultCode } from './embedded-postgres-fault.ts'
export { ownerLock } from './owner-lock.ts'
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './start-embedded-postgres.ts'
