import { metaErrors } from '@palomar/cloud-api'
import type { Db } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import { type Candidate, findLanesWithWork, type LaneQuota, readNextRows } from '../db/attempts.ts'
import type { TakenLease } from '../db/leases.ts'
import { laneClassAt } from '../domain/lane-class.ts'
import type { Failpoint } from '../failpoint.ts'
import type { DispatcherMetrics } from '../metrics.ts'
import type { Report } from '../settle.ts'
import type { Credential, Credentials } from '../tenancy/credentials.ts'
import type { Adoption } from './adoption.ts'
import { createClaimer } from './claimer.ts'
import { createLaneBook } from './lane-book.ts'
import type { LeaseHolder } from './lease-holder.ts'
import type { MediaGate } from './media-gate.ts'
import type { Pacing } from './pacing.ts'
import { type Call, didLeave, type GraphSender, sendOne } from './send.ts'
import type { WindowGate } from './window-gate.ts'

const pollMs = 1_000
/** A lane rests so long, doubling, while requests of it do not even get out. */
const unreachableRestMs = 500
const unreachableRestMaxMs = 30_000
const tokenRestMs = 2_000

export interface WorkerOptions {
  db: Db
  owner: string
  leases: LeaseHolder
  pacing: Pacing
  adoption: Adoption
  windows: WindowGate
  media: MediaGate
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

interface Ready {
  row: Candidate
  credential: Credential
}

/**
 * Moves rows from queued to sent, for the partitions that are ours: find lanes with work, read each one's next rows as
 * far as its pace allows, claim them with the attempt statement, send what it returned. One claim at a time, calls
 * in parallel. Wakes come over core NATS; a poll each second finds whatever no wake told.
 */
export function createWorker(options: WorkerOptions) {
  const { db, leases, pacing, clock, logger, metrics } = options
  const claimer = createClaimer(options)
  const mayBegin = (partition: number) =>
    leases.epochOf(partition) !== undefined && claimer.mayBegin(partition)
  const lanes = createLaneBook(pacing, mayBegin)
  const inFlight = new Set<string>()
  /** Called, but what came of it could not be written: never to be taken for unsent. */
  const unrecorded = new Set<string>()
  const toAdopt: TakenLease[] = []
  const woken = new Set<number>()
  let pollDue = true
  let stopped = false
  let rouse: () => void = () => undefined
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
    toAdopt.push(...(await claimer.recover()))
    if (toAdopt.length > 0) {
      await options.adoption.adopt([...toAdopt], inFlight, unrecorded)
      toAdopt.length = 0
    }
    await lookForWork()
    const slots = options.inFlightMax - inFlight.size
    const quotas = lanes.quotas(slots)
    if (quotas.length === 0) return slots > 0 ? Math.min(pollMs, lanes.waitMs()) : pollMs
    const ready = await readReady(quotas)
    if (ready.length > 0) await sendRows(ready)
    return 0
  }

  async function lookForWork(): Promise<void> {
    const ours = leases.partitions()
    const asked = pollDue ? ours : [...woken].filter((partition) => ours.includes(partition))
    pollDue = false
    woken.clear()
    if (asked.length > 0) lanes.learn(await findLanesWithWork(db, asked), ours, clock.now())
  }

  /** Rows that may be claimed: due, in an open window or a template, their files known to Meta, and with a token to call with. */
  async function readReady(quotas: LaneQuota[]): Promise<Ready[]> {
    const tenants = new Set(quotas.map((quota) => quota.tenantId))
    const rows = await db.forTenants(tenants, (tx) => readNextRows(tx, quotas), { readOnly: true })
    const byNumber = Map.groupBy(rows, (row) => row.number_id)
    for (const { numberId, partition, max } of quotas) {
      const own = byNumber.get(numberId) ?? []
      if (own[0]) pacing.setRate(numberId, own[0].throughput_per_second)
      // Fewer than asked: nothing more is due until a wake or the next poll says so.
      const lane = lanes.get(numberId)
      if (lane && own.length < max && !woken.has(partition)) lane.hungry = false
    }
    return withCredentials(await options.media.keepReady(await options.windows.keepOpen(rows)))
  }

  async function withCredentials(rows: Candidate[]): Promise<Ready[]> {
    const ready = await Promise.all(
      [...Map.groupBy(rows, (row) => row.number_id).values()].map(async (own) => {
        const [{ tenant_id, number_id, token_version }] = own as [Candidate]
        try {
          const credential = await options.credentials.get(tenant_id, number_id, token_version)
          return own.map((row) => ({ row, credential }))
        } catch (error) {
          logger.warn('no token for a number, its lane waits', { number_id, error })
          pacing.rest(number_id, tokenRestMs)
          return []
        }
      }),
    )
    return ready.flat()
  }

  /** Records the attempts, then starts the calls, in the order in which the lanes want them. */
  async function sendRows(ready: Ready[]): Promise<void> {
    const claims = ready.flatMap(({ row, credential }) => {
      const epoch = leases.epochOf(row.partition)
      if (epoch === undefined) return []
      return [{ tenantId: row.tenant_id, id: row.id, partition: row.partition, epoch, row, credential }]
    })
    const claimed = await claimer.claim(claims)
    options.failpoint('after-attempt-commit')
    const attempts = new Map(claimed.map(({ id, n }) => [id, n]))
    for (const { row, epoch, credential } of claims) {
      const n = attempts.get(row.id)
      if (n !== undefined) start({ row, n, epoch, credential })
    }
    metrics.attempts.inc({}, claimed.length)
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
      monotonic: () => clock.monotonic(),
    })
      .then(({ report, result, callMs }) => {
        count(call, report, callMs)
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

  function count({ row }: Call, { fact }: Report, callMs: number): void {
    metrics.graphCallSeconds.observe({ outcome: fact.kind }, callMs / 1000)
    if (fact.kind === 'accepted') {
      const waitedMs = Math.max(0, fact.at.getTime() - row.due_at.getTime())
      metrics.sendSeconds.observe({ class: laneClassAt(row.lane_class) }, waitedMs / 1000)
    }
    if (fact.kind === 'rejected')
      metrics.graphErrors.inc({ code: metaErrors.has(fact.error.code) ? String(fact.error.code) : 'other' })
  }

  function afterwards({ row }: Call, { fact }: Report, reason: string): void {
    const lane = lanes.get(row.number_id)
    if (fact.kind === 'rejected' && fact.error.code === 190) options.credentials.drop(row.number_id)
    if (didLeave(fact)) {
      if (lane) lane.unreachable = 0
      return
    }
    pacing.refund(row.number_id)
    const times = lane ? lane.unreachable++ : 0
    pacing.rest(row.number_id, Math.min(unreachableRestMs * 2 ** times, unreachableRestMaxMs))
    logger.warn('a request did not get out', { number_id: row.number_id, reason })
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
    inFlightCount: () => inFlight.size,
    numbersOf: lanes.numbersOf,
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
