import { batchEventsMax, idFromUuid, newId } from '@palomar/contracts'
import type { DbLogger } from '../types.ts'
import type { Frame } from './collect.ts'
import { ownedMs } from './rows.ts'

interface Entry {
  id: string
  frames: Frame[]
  tenants: string[]
  deadline: number
}

export interface LiveLaneOptions {
  publish(frames: Frame[]): Promise<void>
  /** The row has nothing more to say. */
  onDone(rowId: string): void
  logger: DbLogger
  /** Monotonic milliseconds. */
  now?: () => number
}

/** Frames waiting in memory; beyond it the oldest are dropped as if their time were over. */
const framesMax = 20_000
const retryMs = 250
/** A publish that says nothing for so long has failed; should it arrive after all, a client sees a frame twice. */
const publishTimeoutMs = 2_000

/**
 * The lane for what clients see: one publish in flight, what arrives meanwhile is the next. Whatever could not leave
 * within 5 s is dropped, and the next thing published is a `resync` for its tenants, so that a client either sees
 * a frame or knows that it missed some. It never makes a durable row wait.
 */
export function createLiveLane({ publish, onDone, logger, now = () => performance.now() }: LiveLaneOptions) {
  let queue: Entry[] = []
  let framesWaiting = 0
  // Tenants who must reload, and the rows that say so: a row goes only once its tenants have been told.
  const resync = new Map<string, Set<string>>()
  let pump: Promise<void> | undefined
  let stopped = false

  function drop(entry: Entry): void {
    framesWaiting -= entry.frames.length
    owe(entry.id, entry.tenants)
  }

  function owe(id: string, tenants: readonly string[]): void {
    if (tenants.length === 0) onDone(id)
    for (const tenant of tenants) resync.set(tenant, (resync.get(tenant) ?? new Set()).add(id))
  }

  function dropExpired(): void {
    const expired = queue.filter((entry) => entry.deadline <= now())
    if (expired.length === 0) return
    queue = queue.filter((entry) => entry.deadline > now())
    for (const entry of expired) drop(entry)
    logger.warn('live frames dropped, tenants will reload', { rows: expired.length, tenants: resync.size })
  }

  async function send(frames: Frame[]): Promise<void> {
    for (let at = 0; at < frames.length; at += batchEventsMax) {
      await withTimeout(publish(frames.slice(at, at + batchEventsMax)))
    }
  }

  async function sendResync(): Promise<void> {
    const told = [...resync]
    await send(told.map(([tenant]) => resyncFrame(tenant)))
    const rows = new Set(told.flatMap(([, ids]) => [...ids]))
    for (const [tenant, ids] of told) if (resync.get(tenant) === ids) resync.delete(tenant)
    for (const id of rows) onDone(id)
  }

  async function sendNext(): Promise<void> {
    const group: Entry[] = []
    let count = 0
    while (queue[0] && (group.length === 0 || count + queue[0].frames.length <= batchEventsMax)) {
      const entry = queue.shift() as Entry
      group.push(entry)
      count += entry.frames.length
    }
    try {
      await send(group.flatMap((entry) => entry.frames))
    } catch (err) {
      queue.unshift(...group)
      throw err
    }
    framesWaiting -= count
    for (const entry of group) onDone(entry.id)
  }

  async function run(): Promise<void> {
    while (queue.length > 0 || resync.size > 0) {
      try {
        dropExpired()
        if (resync.size > 0) await sendResync()
        else await sendNext()
      } catch (err) {
        logger.debug('live frames not published yet', { rows: queue.length, err: String(err) })
        if (stopped) return
        await Bun.sleep(retryMs)
      }
    }
  }

  function start(): void {
    pump ??= run().finally(() => {
      pump = undefined
      if ((queue.length > 0 || resync.size > 0) && !stopped) start()
    })
  }

  return {
    add(row: { id: string; frames: Frame[]; tenants: string[] }): void {
      queue.push({ ...row, deadline: now() + ownedMs })
      framesWaiting += row.frames.length
      while (framesWaiting > framesMax && queue.length > 1) drop(queue.shift() as Entry)
      start()
    },
    /** A row found in the table after its time: nobody has its frames any more. */
    lost(row: { id: string; tenants: readonly string[] }): void {
      owe(
        row.id,
        row.tenants.map((tenant) => idFromUuid('tenant', tenant)),
      )
      start()
    },
    async idle(): Promise<void> {
      while (pump) await pump
    },
    async stop(): Promise<void> {
      stopped = true
      await pump
    },
  }
}

async function withTimeout(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('live publish timed out')), publishTimeoutMs)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function resyncFrame(tenantId: string): Frame {
  return {
    header: { id: newId('event'), tenantId, time: new Date(), traceparent: '' },
    kind: 'resync',
    numberId: '',
    conversationId: '',
    before: undefined,
    after: undefined,
    payloadJson: '',
    publishedAt: new Date(),
    permission: '',
    userId: '',
  }
}
