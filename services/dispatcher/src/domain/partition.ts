import { createHash } from 'node:crypto'

/** Lanes are owned by the partition; the number is fixed for ever, because rows carry it. */
export const partitionCount = 64

/** The partition of a number: a hash of its uuid, so that numbers made in one second spread. */
export function partitionOf(numberUuid: string): number {
  const hex = numberUuid.replaceAll('-', '').toLowerCase()
  return (createHash('sha256').update(hex).digest()[0] ?? 0) % partitionCount
}
