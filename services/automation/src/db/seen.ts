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

const keyOf = (fact: Fact) => `${fact.tenantId}/${fact.at.toISOString().slice(0, 10)}/${fact.eventId}`
