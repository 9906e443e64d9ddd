import { column, type Tx } from '@palomar/db'

/** What the dispatcher knows of a number, from tenancy's events. */
export interface NumberCopy {
  tenant_id: string
  id: string
  version: bigint
  phone_number_id: string
  waba_id: string
  meta_portfolio_id: string
  portfolio_id: string | null
  display_phone_number: string
  state: string
  throughput_per_second: number
  daily_quota: bigint
  graph_version: string
  token_version: bigint
  /** `active` while tenancy has not said otherwise. */
  tenant_state: string
}

export interface NumberQuestion {
  tenantId: string
  numberId: string
}

export function readNumbers(tx: Tx, questions: readonly NumberQuestion[]): Promise<NumberCopy[]> {
  return tx<NumberCopy[]>`
    select n.*, coalesce(t.state, 'active') as tenant_state
    from unnest(
      ${column(
        tx,
        'uuid',
        questions.map((q) => q.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        questions.map((q) => q.numberId),
      )}::uuid[]
    ) as q (tenant_id, id)
    join dispatcher.numbers n on n.tenant_id = q.tenant_id and n.id = q.id
    left join dispatcher.tenants t on t.tenant_id = q.tenant_id`
}

/** A company's numbers in use, by account. At most `numbersMax`: their accounts are asked one by one. */
export function readNumbersInUse(tx: Tx, tenantId: string, numbersMax: number): Promise<NumberCopy[]> {
  return tx<NumberCopy[]>`
    select n.*, coalesce(t.state, 'active') as tenant_state
    from dispatcher.numbers n
    left join dispatcher.tenants t on t.tenant_id = n.tenant_id
    where n.tenant_id = ${tenantId} and n.state <> 'deleted'
    order by n.id
    limit ${numbersMax}`
}

export interface WindowQuestion {
  tenantId: string
  numberId: string
  recipientKey: string
}

/**
 * Until when free text may go to each recipient, by any key of the same person; null when no window is known. In
 * the order of the questions.
 */
export async function readWindows(tx: Tx, questions: readonly WindowQuestion[]): Promise<(Date | null)[]> {
  if (questions.length === 0) return []
  const rows = await tx<{ ord: bigint; expires_at: Date | null }[]>`
    select q.ord, max(w.expires_at) as expires_at
    from unnest(
      ${column(
        tx,
        'uuid',
        questions.map((q) => q.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        questions.map((q) => q.numberId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        questions.map((q) => q.recipientKey),
      )}::text[]
    ) with ordinality as q (tenant_id, number_id, recipient_key, ord)
    cross join lateral (
      select q.recipient_key as recipient_key
      union
      select other.recipient_key
      from dispatcher.recipient_aliases mine
      join dispatcher.recipient_aliases other
        on other.tenant_id = mine.tenant_id and other.contact_id = mine.contact_id
      where mine.tenant_id = q.tenant_id and mine.recipient_key = q.recipient_key
    ) person
    left join dispatcher.windows w
      on w.tenant_id = q.tenant_id and w.number_id = q.number_id and w.recipient_key = person.recipient_key
    group by q.ord`
  const answers = questions.map((): Date | null => null)
  for (const row of rows) answers[Number(row.ord) - 1] = row.expires_at
  return answers
}
