import type { Db } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import { type Candidate, claimRows, findLanesWithWork, type LaneQuota, readNextRows } from '../db/attempts.ts'
import type { TakenLease } from '../db/leases.ts'
import type { Failpoint } from '../failpoint.ts'
import type { DispatcherMetrics } from '../metrics.ts'
import type { Report } from '../settle.ts'
import type { Credential, Credentials } from '../tenancy/credentials.ts'
import type { Adoption } from './adoption.ts'
import type { LeaseHolder } from './lease-holder.ts'
import type { Pacing } from './pacing.ts'
import { type Call, didLeave, type GraphSender, sendOne } from './send.ts'
import type { WindowGate } from './window-gate.ts'

const pollMs = 1_000
/** Rows of one lane in one claim, so that no lane fills a batch alone. */
const laneTurn = 50
const batchRowsMax = 500
/** A lane rests so long, doubling, while requests of it do not even get out. */
const unreachableRestMs = 500
const unreachableRestMaxMs = 30_000

export interface WorkerOptions {
  db: Db
  owner: string
  leases: LeaseHolder
  pacing: Pacing
  adoption: Adoption
  windows: WindowGate
  credentials: Credentials
  graph: GraphSender
  record(report: Report): Promise<void>
  failpoint: Failpoint
  clock: Clock
  logger: Logger
  metrics: DispatcherMetrics
  graphVersion: string
  graphDeadlineMs: number
  /** Calls under way at once, over all lanes. */
  inFlightMax: number
}

interface Lane {
  partition: number
  tenantId: string
  numberId: string
  /** There may be rows that are due. */
  hungry: boolean
  unreachable: number
}

/**
 * Moves rows from queued to sent, for the partitions that are ours: find lanes with work, read each one's next rows as
 * far as its pace allows, claim them with the attempt statement, send what it returned. One claim at a time, calls
 * in parallel. Wakes come over core NATS; a poll each second finds whatever no wake told.
 */
export function createWorker(options: WorkerOptions) {
  const { db, leases, pacing, clock, logger, metrics } = options
  const lanes = new Map<string, Lane>()
  const inFlight = new Set<string>()
  /** Called, but what came of it could not be written: never to be taken for unsent. */
  const unrecorded = new Set<string>()
  const toAdopt: TakenLease[] = []
  const woken = new Set<number>()
  let pollDue = true
  let stopped = false
  let rouse: () => void = () => undefined
  let turn = 0
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        const waitMs = await step()
        if (waitMs > 0) await rest(waitMs)
      } catch (error) {
        logger.warn('lane work interrupted', { error })
        await rest(pollMs)
      }
    }
  }

  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
      if (woken.size > 0 || pollDue || stopped) rouse()
    })
  }

  const pollTimer = setInterval(() => {
    pollDue = true
    rouse()
  }, pollMs)

  /** One round; how long nothing can be done. */
  async function step(): Promise<number> {
    if (toAdopt.length > 0) await options.adoption.adopt(toAdopt.splice(0), inFlight, unrecorded)
    await lookForWork()
    const quotas = nextQuotas()
    if (quotas.length === 0) return waitMs()
    const rows = await claimable(quotas)
    if (rows.length > 0) await sendRows(rows)
    return 0
  }

  async function lookForWork(): Promise<void> {
    const ours = leases.partitions()
    const asked = pollDue ? ours : [...woken].filter((partition) => ours.includes(partition))
    pollDue = false
    woken.clear()
    if (asked.length === 0) return
    const now = clock.now()
    for (const found of await findLanesWithWork(db, asked)) {
      const lane = lanes.get(found.number_id) ?? {
        partition: found.partition,
        tenantId: found.tenant_id,
        numberId: found.number_id,
        hungry: false,
        unreachable: 0,
      }
      lane.hungry = found.next_due.getTime() <= now
      lanes.set(found.number_id, lane)
    }
    for (const [id, lane] of lanes) if (!ours.includes(lane.partition)) lanes.delete(id)
  }

  /** How many rows each hungry lane may take now. Lanes take turns at being first. */
  function nextQuotas(): LaneQuota[] {
    let slots = Math.min(batchRowsMax, options.inFlightMax - inFlight.size)
    const hungry = [...lanes.values()].filter((lane) => lane.hungry)
    const quotas: LaneQuota[] = []
    for (let i = 0; i < hungry.length && slots > 0; i++) {
      const lane = hungry[(turn + i) % hungry.length] as Lane
      if (leases.epochOf(lane.partition) === undefined) continue
      const max = Math.min(laneTurn, slots, pacing.budget(lane.numberId))
      if (max === 0) continue
      quotas.push({ partition: lane.partition, tenantId: lane.tenantId, numberId: lane.numberId, max })
      slots -= max
    }
    turn++
    return quotas
  }

  function waitMs(): number {
    if (inFlight.size >= options.inFlightMax) return pollMs
    const waits = [...lanes.values()]
      .filter((lane) => lane.hungry)
      .map((lane) => (leases.epochOf(lane.partition) === undefined ? 100 : pacing.waitMs(lane.numberId)))
    return Math.max(1, Math.min(pollMs, ...waits))
  }

  /** Rows that may be claimed: due, in an open window or a template, and with a token to call with. */
  async function claimable(quotas: LaneQuota[]): Promise<{ row: Candidate; credential: Credential }[]> {
    const tenants = new Set(quotas.map((quota) => quota.tenantId))
    const rows = await db.forTenants(tenants, (tx) => readNextRows(tx, quotas), { readOnly: true })
    const counts = new Map<string, number>()
    for (const row of rows) {
      counts.set(row.number_id, (counts.get(row.number_id) ?? 0) + 1)
      pacing.setRate(row.number_id, row.throughput_per_second)
    }
    for (const { numberId, partition, max } of quotas) {
      // Fewer than asked: nothing more is due until a wake or the next poll says so.
      const lane = lanes.get(numberId)
      if (lane && (counts.get(numberId) ?? 0) < max && !woken.has(partition)) lane.hungry = false
    }
    const open = await options.windows.keepOpen(rows)
    return withCredentials(open)
  }

  async function withCredentials(rows: Candidate[]): Promise<{ row: Candidate; credential: Credential }[]> {
    const byNumber = Map.groupBy(rows, (row) => row.number_id)
    const ready = await Promise.all(
      [...byNumber.values()].map(async (own) => {
        const [first] = own as [Candidate]
        try {
          const credential = await options.credentials.get(
            first.tenant_id,
            first.number_id,
            first.token_version,
          )
          return own.map((row) => ({ row, credential }))
        } catch (error) {
          logger.warn('no token for a number, its lane waits', { number_id: first.number_id, error })
          pacing.rest(first.number_id, 2_000)
          return []
        }
      }),
    )
    return ready.flat()
  }

  /** Records the attempts, then starts the calls. Only rows that the statement returned are sent. */
  async function sendRows(ready: { row: Candidate; credential: Credential }[]): Promise<void> {
    const claims = ready.flatMap(({ row, credential }) => {
      const epoch = leases.epochOf(row.partition)
      return epoch === undefined
        ? []
        : [{ tenantId: row.tenant_id, id: row.id, partition: row.partition, epoch, row, credential }]
    })
    if (claims.length === 0) return
    const sorted = [...claims].sort((a, b) => (a.tenantId + a.id < b.tenantId + b.id ? -1 : 1))
    const claimed = await db
      .forTenants(new Set(claims.map((claim) => claim.tenantId)), async (tx) => {
        const rows = await claimRows(tx, options.owner, sorted)
        options.failpoint('before-attempt-commit')
        return rows
      })
      .catch(async (error: unknown) => {
        // Committed or not? Nobody knows, and nothing of it was sent. Under a new epoch the statement can no longer take
        // effect, and whatever it did take is put back.
        await fenceAndAdopt([...new Set(claims.map((claim) => claim.partition))])
        throw error
      })
    options.failpoint('after-attempt-commit')
    const attempts = new Map(claimed.map(({ id, n }) => [id, n]))
    // In the order in which the lane wants them, not in that of their keys.
    for (const { row, epoch, credential } of claims) {
      const n = attempts.get(row.id)
      if (n !== undefined) start({ row, n, epoch, credential })
    }
    metrics.attempts.inc({}, claimed.length)
  }

  async function fenceAndAdopt(partitions: number[]): Promise<void> {
    try {
      await leases.fence(partitions)
      toAdopt.push(
        ...partitions.map((partition) => ({
          partition,
          epoch: leases.epochOf(partition) ?? 0n,
          previous: options.owner,
          handover: null,
        })),
      )
    } catch (error) {
      // Postgres is away: so is the lease, in two seconds; it is taken again under a new epoch.
      logger.warn('lanes not fenced', { error })
    }
  }

  function start(call: Call): void {
    const key = `${call.row.id}~${call.n}`
    inFlight.add(key)
    pacing.spend(call.row.number_id)
    const startedAt = clock.monotonic()
    sendOne(call, {
      graph: options.graph,
      deadlineMs: options.graphDeadlineMs,
      graphVersion: options.graphVersion,
      mayWrite: ({ row, epoch }) => !stopped && leases.isCurrent(row.partition, epoch),
      record: options.record,
      failpoint: options.failpoint,
      now: () => new Date(clock.now()),
    })
      .then(({ report, result }) => {
        metrics.graphSeconds.observe({ outcome: report.fact.kind }, (clock.monotonic() - startedAt) / 1000)
        afterwards(call, report, result.kind === 'answered' ? '' : result.reason)
      })
      .catch((error: unknown) => {
        unrecorded.add(key)
        logger.error('an attempt ended without a result', { message_id: call.row.id, n: call.n, error })
      })
      .finally(() => {
        inFlight.delete(key)
        rouse()
      })
  }

  function afterwards(call: Call, { fact }: Report, reason: string): void {
    const lane = lanes.get(call.row.number_id)
    if (fact.kind === 'rejected' && fact.error.code === 190) options.credentials.drop(call.row.number_id)
    if (didLeave(fact)) {
      if (lane) lane.unreachable = 0
      return
    }
    pacing.refund(call.row.number_id)
    const times = lane ? lane.unreachable++ : 0
    pacing.rest(call.row.number_id, Math.min(unreachableRestMs * 2 ** times, unreachableRestMaxMs))
    logger.warn('a request did not get out', { number_id: call.row.number_id, reason })
  }

  return {
    start(): void {
      running = run()
    },
    /** Rows were accepted in this partition. */
    wake(partition: number): void {
      woken.add(partition)
      rouse()
    },
    taken(leasesTaken: TakenLease[]): void {
      toAdopt.push(...leasesTaken)
      pollDue = true
      rouse()
    },
    isInFlight: (messageId: string, n: number): boolean => inFlight.has(`${messageId}~${n}`),
    inFlightCount: () => inFlight.size,
    numbersOf: (partitions: number[]): string[] =>
      [...lanes.values()].filter((lane) => partitions.includes(lane.partition)).map((lane) => lane.numberId),
    /** Begins nothing more. */
    async pause(): Promise<void> {
      stopped = true
      clearInterval(pollTimer)
      rouse()
      await running
    },
    /** Resolves when every call under way has its result recorded, or after `timeoutMs`. */
    async drained(timeoutMs: number): Promise<void> {
      const end = clock.monotonic() + timeoutMs
      while (inFlight.size > 0 && clock.monotonic() < end) await Bun.sleep(20)
      if (inFlight.size > 0)
        logger.warn('stopped with calls under way, they are in doubt', { calls: inFlight.size })
    },
  }
}

export type Worker = ReturnType<typeof createWorker>
