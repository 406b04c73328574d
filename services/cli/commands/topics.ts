import type { Topic } from '../verb.ts'
import { doctor } from './doctor.ts'
import { facts } from './facts.ts'
import { keys } from './keys.ts'
import { operator } from './operator.ts'
import { policy } from './policy.ts'
import { principal } from './principal.ts'
import { projections } from './projections.ts'
import { resource } from './resource.ts'
import { secret } from './secret.ts'
import { tenant } from './tenant.ts'
import { token } from './token.ts'
import { workspace } from './workspace.ts'

/** The whole command line, in the order in which a newcomer meets it. */
export const topics: readonly Topic[] = [
  doctor,
  token,
  facts,
  principal,
  secret,
  policy,
  resource,
  tenant,
  workspace,
  keys,
  operator,
  projections,
]
