import { column, type Db } from '@palomar/db'

/** Rows counted per lane and class: above it a queue is long, whatever its length. */
const perLaneMax = 10_000

export interface QueueDepth {
  lane_class: number
  queued: bigint
  /** What the lanes may send of it within a second: the sum of min(queued, throughput). */
  sendable: bigint
  oldest_due: Date | null
}

/** Of these partitions, one row per class that has something due. */
export async function readQueueDepth(db: Db, partitions: readonly number[]): Promise<QueueDepth[]> {
  if (partitions.length === 0) return []
  return db.sql<QueueDepth[]>`
    select * from dispatcher.queue_depth(${column(db.sql, 'int', partitions)}::int[]::smallint[], ${perLaneMax})`
}
