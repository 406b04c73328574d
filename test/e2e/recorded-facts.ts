import { fetchJson } from '../harness/fetch-json.ts'
import type { Quickstart } from '../harness/service.ts'

interface FactPage {
  readonly items: readonly { readonly jti: string }[]
  readonly next_cursor?: string
}

/** The jti of every issuance fact of the tenant, page by page through the API. */
export const recordedTokens = async ({ base_url, tenant, admin_token }: Quickstart): Promise<Set<string>> => {
  const recorded = new Set<string>()
  let cursor = ''
  for (;;) {
    const url = `${base_url}/t/${tenant}/facts?limit=1000&cursor=${cursor}`
    const page = await fetchJson<FactPage>(url, { headers: { authorization: `Bearer ${admin_token}` } })
    if (page.items.length === 0) return recorded
    for (const { jti } of page.items) recorded.add(jti)
    cursor = page.next_cursor ?? ''
  }
}
