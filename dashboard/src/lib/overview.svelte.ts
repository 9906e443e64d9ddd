import type { Page, Problem } from './api-types.ts'
import { CallError, call } from './client.ts'
import type { Overview, RecentEvent } from './figures.ts'
import type { LiveEvent } from './live.svelte.ts'

/** A part of a page that came, or why it did not. */
export type Settled<T> = { ok: true; value: T } | { ok: false; problem: Problem }

/** After a frame: analytics counts what inbox has told, a moment later. */
const settleMs = 1_500
/** While frames keep coming, this often. */
const busyMs = 5_000
/** Time passes though nothing happens: the chart's gap moves. */
const idleMs = 60_000

/** The figures and happenings on screen, read again while the company works. */
export class OverviewState {
  overview = $state.raw<Overview | undefined>()
  events = $state.raw<RecentEvent[]>([])
  nextCursor = $state<string | null>(null)
  problem = $state.raw<Problem | undefined>()
  eventsProblem = $state.raw<Problem | undefined>()
  /** Nothing to show yet. */
  isFirst = $state(true)

  #query = ''
  #numberId = ''
  /** Answers of an earlier question are dropped. */
  #turn = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #firstFrameAt = 0

  /** What the server asks for the address that is shown. The old figures stay until the new ones are here. */
  async show(
    query: URLSearchParams,
    answers: { overview: Promise<Settled<Overview>>; events: Promise<Settled<Page<RecentEvent>>> },
  ): Promise<void> {
    const turn = ++this.#turn
    this.#query = String(query)
    this.#numberId = query.get('number_id') ?? ''
    const [overview, events] = await Promise.all([answers.overview, answers.events])
    if (turn === this.#turn) this.#take(overview, events)
  }

  /** Again by the API; used by Retry, by live frames, and as time passes. */
  async refresh(): Promise<void> {
    const turn = ++this.#turn
    const more = this.#numberId ? `&number_id=${this.#numberId}` : ''
    const [overview, events] = await Promise.all([
      settled(call<Overview>('GET', `analytics/overview?${this.#query}`)),
      settled(call<Page<RecentEvent>>('GET', `analytics/events?limit=20${more}`)),
    ])
    if (turn === this.#turn) this.#take(overview, events)
  }

  async loadMore(): Promise<void> {
    const query = new URLSearchParams({ limit: '20', cursor: this.nextCursor ?? '' })
    if (this.#numberId) query.set('number_id', this.#numberId)
    const answer = await settled(call<Page<RecentEvent>>('GET', `analytics/events?${query}`))
    if (!answer.ok) {
      this.eventsProblem = answer.problem
      return
    }
    this.eventsProblem = undefined
    const held = new Set(this.events.map((event) => event.id))
    this.events = [...this.events, ...answer.value.data.filter((event) => !held.has(event.id))]
    this.nextCursor = answer.value.next_cursor
  }

  /** A message moved: its figures follow. */
  take(event: LiveEvent): void {
    if (!event.kind.startsWith('message.') || !this.#isNow()) return
    const now = Date.now()
    if (this.#timer === undefined) this.#firstFrameAt = now
    clearTimeout(this.#timer)
    const wait = Math.min(settleMs, Math.max(0, this.#firstFrameAt + busyMs - now))
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (!document.hidden) void this.refresh()
    }, wait)
  }

  /** Until the returned function is called. */
  keepFresh(): () => void {
    const again = () => {
      if (!document.hidden && this.#isNow()) void this.refresh()
    }
    const timer = setInterval(again, idleMs)
    document.addEventListener('visibilitychange', again)
    return () => {
      clearInterval(timer)
      clearTimeout(this.#timer)
      document.removeEventListener('visibilitychange', again)
    }
  }

  /** A period that is over does not move. */
  #isNow(): boolean {
    return this.overview === undefined || Date.parse(this.overview.to) > Date.now()
  }

  #take(overview: Settled<Overview>, events: Settled<Page<RecentEvent>>): void {
    this.isFirst = false
    this.problem = overview.ok ? undefined : overview.problem
    this.eventsProblem = events.ok ? undefined : events.problem
    if (overview.ok) this.overview = overview.value
    if (!events.ok) return
    // Pages that were opened stay open.
    const fresh = events.value.data
    const ids = new Set(fresh.map((event) => event.id))
    const isLonger = this.events.length > fresh.length && this.events.some((event) => ids.has(event.id))
    this.events = isLonger ? [...fresh, ...this.events.filter((event) => !ids.has(event.id))] : fresh
    if (!isLonger) this.nextCursor = events.value.next_cursor
  }
}

async function settled<T>(answer: Promise<T>): Promise<Settled<T>> {
  try {
    return { ok: true, value: await answer }
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    return { ok: false, problem: error.problem }
  }
}
