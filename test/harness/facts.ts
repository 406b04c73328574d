import { fetchJson } from './fetch-json.ts'
import type { Quickstart } from './service.ts'

/** The parts of an issuance fact that tests read. */
export interface Fact {
  readonly jti: string
  readonly grant: string
  readonly dialect: string
  readonly client_id: string
  readonly user_agent: string | null
  readonly granted: { readonly scope: string | null; readonly ttl: number }
}

/** All facts about one client's tokens, oldest first, read page by page as a follower of the feed would. */
export const factsOf = async ({ base_url, admin_token, tenant }: Quickstart, clientId: string): Promise<Fact[]> => {
  const facts: Fact[] = []
  let cursor = ''
  for (;;) {
    const page = await fetchJson<{ items: Fact[]; next_cursor: string }>(`${base_url}/t/${tenant}/facts?limit=1000&cursor=${cursor}`, {
      headers: { authorization: `Bearer ${admin_token}` },
    })
    facts.push(...page.items.filter(({ client_id }) => client_id === clientId))
    if (page.items.length === 0) return facts
    cursor = page.next_cursor
  }
}
