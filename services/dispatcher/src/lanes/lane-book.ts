import { dueToleranceMs, type LaneQuota } from '../db/attempts.ts'

/** One number's lane, while it has or may have rows. */
export interface Lane {
  partition: number
  tenantId: string
  numberId: string
  /** There may be rows that are due. */
  hungry: boolean
  /** Requests in a row that did not get out. */
  unreachable: number
}

export interface LaneFound {
  partition: number
  tenant_id: string
  number_id: string
  next_due: Date
}

/** Rows of one lane in one claim, so that no lane fills a batch alone. */
const laneTurn = 50
const batchRowsMax = 500

export interface Pace {
  budget(numberId: string): number
  waitMs(numberId: string): number
}

/** The lanes of our partitions that have work, and whose turn it is. */
export function createLaneBook(pace: Pace, mayBegin: (partition: number) => boolean) {
  const lanes = new Map<string, Lane>()
  let turn = 0

  return {
    get: (numberId: string) => lanes.get(numberId),
    numbersOf: (partitions: readonly number[]): string[] =>
      [...lanes.values()].filter((lane) => partitions.includes(lane.partition)).map((lane) => lane.numberId),
    /** What a look into the ledger found, in partitions that are `ours`; lanes of others are forgotten. */
    learn(found: readonly LaneFound[], ours: readonly number[], nowMs: number): void {
      for (const { partition, tenant_id: tenantId, number_id: numberId, next_due } of found) {
        const lane = lanes.get(numberId) ?? { partition, tenantId, numberId, hungry: false, unreachable: 0 }
        lane.hungry = next_due.getTime() <= nowMs + dueToleranceMs
        lanes.set(numberId, lane)
      }
      for (const [id, lane] of lanes) if (!ours.includes(lane.partition)) lanes.delete(id)
    },
    /** How many rows each hungry lane may take now. Lanes take turns at being first. */
    quotas(slotsFree: number): LaneQuota[] {
      let slots = Math.min(batchRowsMax, slotsFree)
      const hungry = [...lanes.values()].filter((lane) => lane.hungry)
      const quotas: LaneQuota[] = []
      for (let i = 0; i < hungry.length && slots > 0; i++) {
        const lane = hungry[(turn + i) % hungry.length] as Lane
        if (!mayBegin(lane.partition)) continue
        const max = Math.min(laneTurn, slots, pace.budget(lane.numberId))
        if (max === 0) continue
        quotas.push({ partition: lane.partition, tenantId: lane.tenantId, numberId: lane.numberId, max })
        slots -= max
      }
      turn++
      return quotas
    },
    /** Milliseconds until some hungry lane may take a row; infinite when none is hungry. */
    waitMs(): number {
      const waits = [...lanes.values()]
        .filter((lane) => lane.hungry)
        .map((lane) => (mayBegin(lane.partition) ? pace.waitMs(lane.numberId) : 100))
      return Math.max(1, Math.min(...waits))
    },
  }
}

export type LaneBook = ReturnType<typeof createLaneBook>
