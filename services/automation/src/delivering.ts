import { type Claimed, claimDeliveries } from './db/deliveries.ts'
import { findTarget, type Target } from './db/endpoints.ts'
import { requestDeadlineMs, type SendDeps, sendDelivery } from './send-delivery.ts'
import { startWorkLoop, type WorkLoop } from './work-loop.ts'

/** Longer than a request and its recording: a try that died gives its delivery back after this. */
export const leaseMs = requestDeadlineMs + 30_000
const pollMs = 1_000
/** Requests under way in this process. */
const slotsMax = 200
/** Of one endpoint, so that a slow one takes no more than its share: 16 answers of 50 ms are 320 a second. */
const endpointSlotsMax = 16
/** Claimed once so many of them are free: a busy endpoint's rows share statements. */
const claimMin = 4
/** An endpoint that failed so often in a row is tried one by one … */
const suspectAfter = 3
/** … and all such endpoints together leave this many slots to the others, however long they let us wait. */
const suspectSlotsMax = 100
const pageMax = 200

interface Due {
  tenant_id: string
  endpoint_id: string
  due_at: Date
}

const firstPlace = {
  tenantId: '00000000-0000-0000-0000-000000000000',
  endpointId: '00000000-0000-0000-0000-000000000000',
}

const inOrder = (a: Claimed, b: Claimed) => (a.seq < b.seq ? -1 : 1)

/** How an endpoint is doing, as this process sees it; forgotten when nothing is under way and it works. */
interface Line {
  underway: number
  failedInARow: number
}

/**
 * Sends queued deliveries. Endpoints take turns: each round walks over all that have something due and takes a few rows
 * of each, as many as it has free slots. Several processes share the work: a claim moves the row's time ahead, so
 * whoever dies with it gives it back.
 */
export function startDelivering(deps: SendDeps): WorkLoop {
  const { db, clock, metrics } = deps
  const lines = new Map<string, Line>()
  const running = new Set<Promise<void>>()
  let suspects = 0
  let stopped = false
  // Where the last round stopped for want of slots: the next begins there, so nobody is always last.
  let place = firstPlace

  const keyOf = (due: Due) => `${due.tenant_id}/${due.endpoint_id}`
  const isSuspect = (line: Line | undefined) => (line?.failedInARow ?? 0) >= suspectAfter

  function freeSlots(due: Due): number {
    const line = lines.get(keyOf(due))
    const underway = line?.underway ?? 0
    const all = slotsMax - running.size
    if (isSuspect(line)) return Math.max(0, Math.min(1 - underway, all, suspectSlotsMax - suspects))
    const own = endpointSlotsMax - underway
    return own < claimMin ? 0 : Math.min(own, all)
  }

  async function round(): Promise<void> {
    const begin = place
    let oldest = Number.POSITIVE_INFINITY
    let isSecondLap = begin === firstPlace
    for (;;) {
      const now = new Date(clock.now())
      const page = await db.sql<Due[]>`
        select * from automation.endpoints_due(${now}, ${place.tenantId}::uuid, ${place.endpointId}::uuid, ${pageMax}::int)`
      for (const due of page) {
        oldest = Math.min(oldest, due.due_at.getTime())
        const free = freeSlots(due)
        if (free > 0) await take(due, free, now)
        if (stopped || running.size >= slotsMax) return
        place = { tenantId: due.tenant_id, endpointId: due.endpoint_id }
      }
      if (page.length === pageMax) continue
      place = firstPlace
      if (isSecondLap) break
      isSecondLap = true
    }
    const waitedMs = Number.isFinite(oldest) ? Math.max(0, clock.now() - oldest) : 0
    metrics.oldestDue.set({ queue: 'deliveries' }, waitedMs / 1000)
  }

  async function take(due: Due, max: number, now: Date): Promise<void> {
    const { tenant_id: tenantId, endpoint_id: endpointId } = due
    const leaseUntil = new Date(now.getTime() + leaseMs)
    const { target, claimed } = await db.forTenant(tenantId, async (tx) => {
      const target = await findTarget(tx, tenantId, endpointId)
      if (!target) return { target, claimed: [] }
      return { target, claimed: await claimDeliveries(tx, tenantId, endpointId, { now, leaseUntil, max }) }
    })
    deps.failpoint('after-delivery-claim')
    if (!target) return
    // The statement answers in no order of its own.
    for (const delivery of [...claimed].sort(inOrder)) begin(keyOf(due), target, delivery)
  }

  function begin(key: string, target: Target, delivery: Claimed): void {
    const line = lines.get(key) ?? { underway: 0, failedInARow: 0 }
    lines.set(key, line)
    const suspect = isSuspect(line)
    line.underway++
    if (suspect) suspects++
    const work = sendDelivery(deps, target, delivery)
      .then((delivered) => {
        line.failedInARow = delivered ? 0 : line.failedInARow + 1
      })
      // Its lease gives the row back.
      .catch((error: unknown) => deps.logger.error('a webhook was not recorded', { error }))
      .finally(() => {
        line.underway--
        if (suspect) suspects--
        if (line.underway === 0 && line.failedInARow === 0) lines.delete(key)
        running.delete(work)
        loop.wake()
      })
    running.add(work)
  }

  const loop = startWorkLoop({ name: 'deliveries', everyMs: pollMs, logger: deps.logger, round })
  return {
    wake: loop.wake,
    async stop() {
      stopped = true
      await loop.stop()
      await Promise.all([...running])
    },
  }
}
