import type { AdminDeps } from '../deps.ts'
import { done, type Outcome } from '../outcome.ts'

export const rebuildProjections = async (
  { rebuild }: AdminDeps,
  { swap }: { readonly swap?: boolean },
): Promise<Outcome<Record<string, unknown>>> => done({ ...(await rebuild({ swap: swap ?? false })) })
