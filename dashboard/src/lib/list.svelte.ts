import { untrack } from 'svelte'
import type { Page } from './api-types.ts'
import { CallError, call } from './client.ts'

/**
 * A list of the API on screen, page after page. `open` with another path (other filters) begins anew; an answer to a
 * question that is no longer asked is dropped. Rows stay on screen while they are read again.
 */
export class List<T extends { id: string }> {
  items = $state.raw<T[]>([])
  nextCursor = $state<string | null>(null)
  state = $state<'loading' | 'ready' | 'failed'>('loading')
  isLoadingMore = $state(false)
  error = $state<CallError | undefined>()

  #path = ''
  #asked = 0

  /** `path` starts behind /v1/ and holds the filters, without a cursor. */
  open(path: string): void {
    if (path === this.#path) return
    this.#path = path
    // Called from effects, which depend on the path alone.
    untrack(() => {
      this.items = []
      this.nextCursor = null
      this.state = 'loading'
      void this.reload()
    })
  }

  async reload(extra = ''): Promise<void> {
    if (this.items.length === 0) this.state = 'loading'
    await this.#read(extra, (page) => {
      this.items = page.data
    })
  }

  async loadMore(): Promise<void> {
    if (!this.nextCursor || this.isLoadingMore) return
    this.isLoadingMore = true
    const cursor = `cursor=${encodeURIComponent(this.nextCursor)}`
    await this.#read(cursor, (page) => {
      const known = new Set(this.items.map(({ id }) => id))
      this.items = [...this.items, ...page.data.filter(({ id }) => !known.has(id))]
    })
    this.isLoadingMore = false
  }

  /** Shows a row as it is now; one that is not on screen comes first. */
  put(item: T): void {
    const isShown = this.items.some(({ id }) => id === item.id)
    this.items = isShown
      ? this.items.map((held) => (held.id === item.id ? item : held))
      : [item, ...this.items]
  }

  drop(id: string): void {
    this.items = this.items.filter((held) => held.id !== id)
  }

  async #read(extra: string, take: (page: Page<T>) => void): Promise<void> {
    const asked = ++this.#asked
    try {
      const joint = this.#path.includes('?') ? '&' : '?'
      const page = await call<Page<T>>('GET', extra ? `${this.#path}${joint}${extra}` : this.#path)
      if (asked !== this.#asked) return
      take(page)
      this.nextCursor = page.next_cursor ?? null
      this.error = undefined
      this.state = 'ready'
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      if (asked !== this.#asked) return
      this.error = error
      if (this.items.length === 0) this.state = 'failed'
    }
  }
}

/** `users?role=agent` from what is set; empty values are left out. */
export function pathOf(resource: string, query: Record<string, string>): string {
  const set = Object.entries(query).filter(([, value]) => value !== '')
  return set.length === 0 ? resource : `${resource}?${new URLSearchParams(set)}`
}
