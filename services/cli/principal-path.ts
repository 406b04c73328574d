import { find, pathOf } from './api.ts'
import { textOf } from './json.ts'
import { tenantPath } from './tenant-path.ts'
import type { Call } from './verb.ts'

type Reader = Pick<Call, 'api' | 'settings'>

export const principalsPath = ({ settings }: Pick<Call, 'settings'>): string => tenantPath(settings, 'principals')

/** The path of the principal that has this id or, when none has, this name. */
export const principalPath = async (call: Reader, idOrName: string): Promise<string> => {
  const found = await find(call.api, principalsPath(call), idOrName)
  return `${principalsPath(call)}${pathOf(textOf(found, 'id') ?? idOrName)}`
}
