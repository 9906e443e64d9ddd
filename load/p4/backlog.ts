import { acceptedBy, acceptedCount, type Product, phoneOf } from '../p3/product.ts'

export interface Backlog {
  ids: string[]
  figures: {
    backlog_accepted_by_api_per_second: number
    backlog_sent_per_second: number
    backlog_sent_per_second_best_second: number
    backlog_seconds_from_due_to_first_call: number
    backlog_unsent: number
  }
}

const batch = 500
const requestsAtOnce = 2
/** Accepting and inbox's copying of it are over by then, at a few hundred messages a second. */
const acceptingPerSecondMin = 600
const drainMs = 20_000

/**
 * The send path alone. A paused number accepts nothing, so the backlog waits for its hour instead: all messages are
 * due at the same moment, which comes when they have been accepted and inbox has its copies.
 */
export async function sendBacklog(
  product: Product,
  { count, say }: { count: number; say(line: string): void },
): Promise<Backlog> {
  const { demo, numbers, sql } = product
  await product.control('faults', { noStatus: 1 })
  const startedAt = performance.now()
  const dueAtMs = Date.now() + (count / acceptingPerSecondMin) * 1_000
  const scheduledAt = new Date(dueAtMs)
  const ids: string[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: requestsAtOnce }, async () => {
      while (next < count) {
        const from = next
        next += batch
        const part = Array.from({ length: Math.min(batch, count - from) }, (_, n) => ({
          number: numbers[(from + n) % numbers.length] as (typeof numbers)[number],
          to: phoneOf(from + n),
          scheduledAt,
        }))
        ids.push(...(await product.send(part)))
      }
    }),
  )
  const acceptedPerSecond = count / ((performance.now() - startedAt) / 1_000)
  let copied = 0
  while (copied < count && Date.now() < dueAtMs) {
    const [row] = await sql<{ n: number }[]>`
      select count(*)::int as n from inbox.messages where direction = 'outbound' and conversation_id is not null`
    copied = row?.n ?? 0
    await Bun.sleep(250)
  }
  // Autovacuum counts fresh tables within a minute; until then the claim of a large batch is planned so badly that it
  // runs into its statement timeout, and nothing is sent at all. That is the dispatcher's to mend, not this figure's.
  await sql`analyze`
  const leftMs = dueAtMs - Date.now()
  say(
    `backlog of ${count} accepted at ${Math.round(acceptedPerSecond)}/s, ${copied} copied by inbox; due in ${Math.round(leftMs)} ms`,
  )
  if (leftMs < 0) say('the backlog was due before all of it was accepted and copied: the figure is too low')

  const end = Date.now() + Math.max(0, leftMs) + drainMs
  while ((await acceptedCount(demo)) < count && Date.now() < end) await Bun.sleep(200)
  const times = (await acceptedBy(demo)).map(({ at }) => at).sort((a, b) => a - b)
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  say(`${times.length} of them sent in ${((last - first) / 1_000).toFixed(2)} s`)
  return {
    ids,
    figures: {
      backlog_accepted_by_api_per_second: acceptedPerSecond,
      backlog_sent_per_second: times.length / ((last - first) / 1_000),
      backlog_sent_per_second_best_second: bestSecond(times),
      backlog_seconds_from_due_to_first_call: (first - dueAtMs) / 1_000,
      backlog_unsent: count - times.length,
    },
  }
}

/** The most in any sliding second. */
function bestSecond(times: readonly number[]): number {
  let best = 0
  let from = 0
  for (const [at, time] of times.entries()) {
    while ((times[from] ?? 0) <= time - 1_000) from++
    best = Math.max(best, at - from + 1)
  }
  return best
}
