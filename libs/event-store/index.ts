export { databaseClock } from './database-clock.ts'
export { erasePersonal } from './erase-personal.ts'
export { type FactPage, type FactReader, factReader } from './fact-reader.ts'
export { type FactSpool, factSpool, type SpooledFact } from './fact-spool.ts'
export { type Feed, type FeedEvent, type FeedPage, feed } from './feed.ts'
export { type HoldOwnership, holdOwnership, type Ownership } from './hold-ownership.ts'
export { type Connection, type Database, type OpenDatabase, openDatabase } from './open-database.ts'
export { platformTenantId } from './platform-tenant.ts'
export { type PostgresStore, postgresStore } from './postgres.ts'
export { type DirectoryChanges, type TenantDirectory, type TenantRow, tenantDirectory, tenantsPage } from './reads/directory.ts'
export type {
  DirectoryEntry,
  LoadedTenant,
  OperatorTokenRow,
  Page,
  PageRequest,
  PrincipalKey,
  PrincipalRow,
  SecretRow,
  SigningKeyRow,
  TenantReads,
} from './reads/tenant-reads.ts'
export { type RebuildOptions, type RebuildReport, type RebuiltTable, rebuildProjections } from './rebuild/rebuild-projections.ts'
export type { Change, Committed, EventStore, TenantStore, UniquenessRefusal, Unit } from './store.ts'
