import type { Page, PageRequest } from '@chancery/event-store'
import { present } from '../present.ts'

/** What a list is asked with. */
export interface Paging {
  readonly limit?: number
  readonly cursor?: string
}

const defaultLimit = 100

export const pageRequest = ({ limit, cursor }: Paging): PageRequest => ({ limit: limit ?? defaultLimit, cursor })

export const pageView = <Item, View>(page: Page<Item>, view: (item: Item) => View) => ({
  items: page.items.map(view),
  ...present({ next_cursor: page.nextCursor }),
})
