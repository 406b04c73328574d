import type { AdminDeps } from '../deps.ts'
import { done, type Outcome } from '../outcome.ts'
import type { StatusView } from '../schemas/platform.ts'

export const readStatus = async ({ about, clock, startedAt }: AdminDeps): Promise<Outcome<StatusView>> =>
  done({ ...about, uptime_seconds: Math.floor((clock.monotonic() - startedAt) / 1000) })
