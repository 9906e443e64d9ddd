import { column, type Tx } from '@palomar/db'

export interface WindowQuestion {
  tenantId: string
  numberId: string
  recipientKey: string
}

/** Until when each window is open, in the order of the questions; null for one that never opened. */
export async function windowsOf(tx: Tx, questions: readonly WindowQuestion[]): Promise<(Date | null)[]> {
  const rows = await tx<{ n: number; expiresAt: Date | null }[]>`
    select asked.n::int as n, c.window_expires_at as "expiresAt"
    from unnest(
      ${column(
        tx,
        'uuid',
        questions.map((one) => one.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        questions.map((one) => one.numberId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        questions.map((one) => one.recipientKey),
      )}::text[]
    ) with ordinality as asked (tenant_id, number_id, key, n)
    join identities i on i.tenant_id = asked.tenant_id and i.key = asked.key
    join conversations c on c.tenant_id = asked.tenant_id and c.contact_id = i.contact_id
      and c.number_id = asked.number_id and c.group_id = '' and c.merged_into is null`
  const ends = new Map(rows.map((row) => [row.n, row.expiresAt]))
  return questions.map((_, at) => ends.get(at + 1) ?? null)
}
