import type { Db } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import {
  announce,
  fenceLeases,
  forgetOwner,
  type Lease,
  releaseLeases,
  renewLeases,
  type TakenLease,
  takeLeases,
} from '../db/leases.ts'
import { partitionCount } from '../domain/partition.ts'

const renewEveryMs = 1_000
/** Ours ends this long after the request of the last renewal that succeeded; the row's own end is a second later. */
const trustMs = 2_000
/** After a kill nobody knows what the last owner sent in its last second. */
const quietAfterKillMs = 1_000

interface Holding {
  epoch: bigint
  /** Monotonic. */
  goodUntil: number
  quietUntil: number
}

export interface LeaseHolderOptions {
  db: Db
  owner: string
  clock: Clock
  logger: Logger
  /** Partitions that are newly ours. Nothing is begun in them before the worker has looked at their open attempts. */
  onTaken(leases: TakenLease[]): void
  /** What the next owner of these partitions must know. */
  handoverOf(partitions: number[]): { sentAtMs: Record<string, number[]>; open: number }
}

/**
 * Holds this process's share of the partitions: all of them when it is alone, an even part otherwise. A lease is ours
 * until 2 s after the request of its last good renewal, by our monotonic clock, so that a process that slept or lost
 * Postgres stops before its lease's row ends and another may take it.
 */
export function createLeaseHolder({ db, owner, clock, logger, onTaken, handoverOf }: LeaseHolderOptions) {
  const held = new Map<number, Holding>()
  const epochs = new Map<number, Set<bigint>>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let beating: Promise<void> | undefined
  let stopping = false

  function note(partition: number, epoch: bigint): void {
    epochs.set(partition, (epochs.get(partition) ?? new Set()).add(epoch))
  }

  async function beat(): Promise<void> {
    const askedAt = clock.monotonic()
    const { live, renewed } = await db.system(async (tx) => ({
      live: await announce(tx, owner),
      renewed: await renewLeases(tx, owner),
    }))
    const known = new Map(renewed.map((lease) => [lease.partition, lease.epoch]))
    for (const [partition, holding] of held) {
      if (known.get(partition) !== holding.epoch) held.delete(partition)
      else holding.goodUntil = askedAt + trustMs
    }
    if (stopping) return
    await adoptOrphans([...known.keys()].filter((partition) => !held.has(partition)))
    const share = Math.ceil(partitionCount / Math.max(1, live))
    if (known.size < share) await take(share - known.size)
    else if (held.size > share) await release([...held.keys()].slice(share))
  }

  /** Rows that name us but are not in hand: the answer to taking them was lost. They start over under a new epoch. */
  async function adoptOrphans(partitions: number[]): Promise<void> {
    if (partitions.length === 0) return
    const askedAt = clock.monotonic()
    const fenced = await db.system((tx) => fenceLeases(tx, owner, partitions))
    hold(
      fenced.map((lease) => ({ ...lease, previous: owner, handover: null })),
      askedAt,
    )
  }

  async function take(max: number): Promise<void> {
    const askedAt = clock.monotonic()
    const taken = await db.system((tx) => takeLeases(tx, owner, max))
    hold(taken, askedAt)
  }

  function hold(taken: TakenLease[], askedAt: number): void {
    if (taken.length === 0) return
    for (const { partition, epoch, previous } of taken) {
      note(partition, epoch)
      const quietUntil = previous === null ? 0 : askedAt + quietAfterKillMs
      held.set(partition, { epoch, goodUntil: askedAt + trustMs, quietUntil })
    }
    logger.info('lanes taken', { partitions: taken.length, held: held.size })
    onTaken(taken)
  }

  /** Nothing is begun in them from here on; attempts under way still report their results. */
  async function release(partitions: number[]): Promise<void> {
    if (partitions.length === 0) return
    for (const partition of partitions) held.delete(partition)
    await db.system((tx) => releaseLeases(tx, owner, partitions, handoverOf(partitions)))
    logger.info('lanes given back', { partitions: partitions.length, held: held.size })
  }

  function schedule(ms: number): void {
    if (stopping) return
    timer = setTimeout(() => {
      beating = beat()
        .catch((error: unknown) => logger.warn('leases not renewed', { error }))
        .finally(() => schedule(renewEveryMs))
    }, ms)
  }

  const isGood = (holding: Holding | undefined): holding is Holding =>
    holding !== undefined && clock.monotonic() < holding.goodUntil

  return {
    async start(): Promise<void> {
      await beat()
      schedule(renewEveryMs)
    },
    /** The epoch under which new attempts may begin in this partition now; undefined when none may. */
    epochOf(partition: number): bigint | undefined {
      const holding = held.get(partition)
      return isGood(holding) && clock.monotonic() >= holding.quietUntil ? holding.epoch : undefined
    },
    /** Whether a call of that epoch may still be written to its socket. */
    isCurrent(partition: number, epoch: bigint): boolean {
      const holding = held.get(partition)
      return isGood(holding) && holding.epoch === epoch
    },
    partitions(): number[] {
      return [...held].filter(([, holding]) => isGood(holding)).map(([partition]) => partition)
    },
    wasOurs: (partition: number, epoch: bigint): boolean => epochs.get(partition)?.has(epoch) ?? false,
    /** Raises the epoch of partitions that are ours, and tells them; see fenceLeases. */
    async fence(partitions: number[]): Promise<Lease[]> {
      const fenced = await db.system((tx) => fenceLeases(tx, owner, partitions))
      for (const { partition, epoch } of fenced) {
        note(partition, epoch)
        const holding = held.get(partition)
        if (holding) holding.epoch = epoch
      }
      return fenced
    },
    /** Stops new attempts and gives everything back at once. */
    async stop(): Promise<void> {
      stopping = true
      clearTimeout(timer)
      await beating
      await release([...held.keys()]).catch((error: unknown) =>
        logger.warn('lanes not given back, they end by themselves', { error }),
      )
      await db.system((tx) => forgetOwner(tx, owner)).catch(() => undefined)
    },
  }
}

export type LeaseHolder = ReturnType<typeof createLeaseHolder>
