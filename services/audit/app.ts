import type { Routes } from '@chancery/http'
import { type AuditDeps, factsRoute } from './facts-route.ts'

export type { AuditDeps } from './facts-route.ts'

export interface AuditService {
  readonly routes: Routes
  close(): Promise<void>
}

/** The audit service: what was issued, for the operator and for each tenant's administrators. It holds nothing that would need closing. */
export const build = (deps: AuditDeps): AuditService => ({ routes: factsRoute(deps), close: () => Promise.resolve() })
