import { column, type Tx } from '@palomar/db'

/** A fact by its event: the day is the fact's own, so that a repetition finds the row of the first time. */
export interface Fact {
  tenantId: string
  eventId: string
  at: Date
}

/** Writes the facts down; the event ids of those that were not there yet. */
export async function insertSeen(tx: Tx, facts: readonly Fact[]): Promise<Set<string>> {
  const sorted = [...facts].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const of = (read: (fact: Fact) => string) => sorted.map(read)
  const rows = await tx<{ eventId: string }[]>`
    insert into seen (tenant_id, day, event_id)
    select * from unnest(
      ${column(
        tx,
        'uuid',
        of((fact) => fact.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        of((fact) => fact.at.toISOString().slice(0, 10)),
      )}::date[],
      ${column(
        tx,
        'uuid',
        of((fact) => fact.eventId),
      )}::uuid[]
    )
    on conflict do nothing
    returning event_id as "eventId"`
  return new Set(rows.map((row) => row.eventId))
}

/** Those of these that were written down, on the day of `at` or the one beside it: two clocks may not agree on it. */
export async function findSeen(
  tx: Tx,
  tenantId: string,
  eventIds: readonly string[],
  at: Date,
): Promise<Set<string>> {
  const dayMs = 86_400_000
  const days = [-1, 0, 1].map((n) => new Date(at.getTime() + n * dayMs).toISOString().slice(0, 10))
  const rows = await tx<{ eventId: string }[]>`
    select event_id as "eventId" from seen
    where tenant_id = ${tenantId} and day = any(${column(tx, 'text', days)}::date[])
      and event_id = any(${column(tx, 'uuid', eventIds)}::uuid[])`
  return new Set(rows.map((row) => row.eventId))
}

const keyOf = (fact: Fact) => `${fact.tenantId}/${fact.at.toISOString().slice(0, 10)}/${fact.eventId}`
