import type { Routes } from '@chancery/http'
import type { AdminDeps } from './deps.ts'
import { serve } from './http/serve.ts'
import { type AuthenticateOperator, operatorAuthentication } from './operator-authentication.ts'
import { present } from './present.ts'
import { type Provision, provision } from './provision.ts'
import { endpoints } from './routes/endpoints.ts'

export type { AuthenticateOperator } from './operator-authentication.ts'
export type { Provision } from './provision.ts'

export type AdminOptions = Omit<AdminDeps, 'startedAt'>

export interface AdminService {
  readonly routes: Routes
  /** Whether an Authorization header carries a live operator token; for services that admit operators beside others. */
  readonly authenticateOperator: AuthenticateOperator
  readonly provision: Provision
  close(): Promise<void>
}

/** The admin service: everything below `/admin/v1`, for operators. It holds nothing of its own that would need closing. */
export const build = (options: AdminOptions): AdminService => {
  const deps: AdminDeps = { ...options, startedAt: options.clock.monotonic() }
  const authenticateOperator = operatorAuthentication(deps)
  return {
    routes: serve({
      endpoints,
      isOperator: authenticateOperator,
      handle: (endpoint, call) => endpoint.handle(deps, call),
      ...present({ onFault: deps.onFault }),
    }),
    authenticateOperator,
    provision: provision(deps),
    close: () => Promise.resolve(),
  }
}
