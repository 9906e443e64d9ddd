import { column, type Tx } from '@palomar/db'

/** How long a lease holds without renewal, by the database's clock. */
export const leaseMs = 3_000

export interface Lease {
  partition: number
  epoch: bigint
}

export interface TakenLease extends Lease {
  /** The owner before us; null when the lease was given back. */
  previous: string | null
  handover: { sentAtMs: Record<string, number[]>; open: number } | null
}

/** Says that this process lives and wants lanes, and tells how many do. */
export async function announce(tx: Tx, owner: string): Promise<number> {
  await tx`
    insert into dispatcher.owners (owner, seen_at) values (${owner}, now())
    on conflict (owner) do update set seen_at = now()`
  await tx`delete from dispatcher.owners where seen_at < now() - interval '1 minute'`
  const [row] = await tx<{ live: number }[]>`
    select count(*)::int as live from dispatcher.owners
    where seen_at > now() - ${leaseMs}::int * interval '1 millisecond'`
  return row?.live ?? 1
}

/** Every lease that is still ours, renewed. One that another took meanwhile is missing. */
export function renewLeases(tx: Tx, owner: string): Promise<Lease[]> {
  return tx<Lease[]>`
    update dispatcher.leases set expires_at = clock_timestamp() + ${leaseMs}::int * interval '1 millisecond'
    where owner = ${owner}
    returning partition, epoch`
}

/** Takes up to `max` leases that nobody holds. The epoch goes up, so that whoever held them can begin nothing more. */
export function takeLeases(tx: Tx, owner: string, max: number): Promise<TakenLease[]> {
  return tx<TakenLease[]>`
    with free as (
      select partition, owner, handover from dispatcher.leases
      where owner is null or expires_at <= clock_timestamp()
      order by partition
      limit ${max}
      for update skip locked
    )
    update dispatcher.leases l
    set owner = ${owner}, epoch = l.epoch + 1, handover = null,
      expires_at = clock_timestamp() + ${leaseMs}::int * interval '1 millisecond'
    from free
    where l.partition = free.partition
    returning l.partition, l.epoch, free.owner as previous, free.handover`
}

/**
 * Raises the epoch of leases that are ours: whatever statement of ours may still be under way can claim nothing more.
 * Used when the outcome of an attempt statement is not known.
 */
export function fenceLeases(tx: Tx, owner: string, partitions: readonly number[]): Promise<Lease[]> {
  return tx<Lease[]>`
    update dispatcher.leases set epoch = epoch + 1
    where owner = ${owner} and partition = any(${column(tx, 'int', partitions)}::int[])
    returning partition, epoch`
}

/** Gives leases back at once, with what the next owner must know to keep the numbers' rates. */
export async function releaseLeases(
  tx: Tx,
  owner: string,
  partitions: readonly number[],
  handover: { sentAtMs: Record<string, number[]>; open: number },
): Promise<void> {
  await tx`
    update dispatcher.leases
    set owner = null, expires_at = clock_timestamp(), handover = ${JSON.stringify(handover)}::jsonb
    where owner = ${owner} and partition = any(${column(tx, 'int', partitions)}::int[])`
}

export async function forgetOwner(tx: Tx, owner: string): Promise<void> {
  await tx`delete from dispatcher.owners where owner = ${owner}`
}
