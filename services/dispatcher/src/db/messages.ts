import { column, type Tx } from '@palomar/db'
import type { AttemptRow, MessageRow } from './message-row.ts'
import { readAttempts } from './settle.ts'

export async function readMessage(
  tx: Tx,
  tenantId: string,
  id: string,
): Promise<{ row: MessageRow; attempts: AttemptRow[] } | undefined> {
  const [row] = await tx<MessageRow[]>`
    select *, attempts_day::text as attempts_day_text from dispatcher.messages
    where tenant_id = ${tenantId} and id = ${id}`
  if (!row) return undefined
  const attempts = row.attempts_day_text === null ? [] : await readAttempts(tx, row.attempts_day_text, [row])
  return { row, attempts: [...attempts] }
}

/** The mirror image of the attempt statement: only while queued. Undefined when the row is not there or not queued. */
export async function cancelRow(tx: Tx, tenantId: string, id: string, now: Date, leavesAt: Date) {
  const [row] = await tx<MessageRow[]>`
    update dispatcher.messages
    set state = 'cancelled', version = version + 1, ending = 'cancelled', ending_at = ${now}, leaves_at = ${leavesAt}
    where tenant_id = ${tenantId} and id = ${id} and state = 'queued'
    returning *`
  return row
}

export interface RowKey {
  tenantId: string
  id: string
}

/** Ends rows that may not be sent any more, with our own code; only while queued. */
export function refuseRows(
  tx: Tx,
  keys: readonly RowKey[],
  code: string,
  now: Date,
  leavesAt: Date,
): Promise<MessageRow[]> {
  return tx<MessageRow[]>`
    update dispatcher.messages m
    set state = 'failed', version = version + 1, ending = 'failed', ending_at = ${now}, ending_code = ${code},
      failed_at = ${now}, failure_code = ${code}, leaves_at = ${leavesAt}
    from unnest(
      ${column(
        tx,
        'uuid',
        keys.map((key) => key.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        keys.map((key) => key.id),
      )}::uuid[]
    ) as k (tenant_id, id)
    where m.tenant_id = k.tenant_id and m.id = k.id and m.state = 'queued'
    returning m.*`
}

/** Puts rows off; only while queued. Not a change that others see. */
export async function postponeRows(tx: Tx, keys: readonly RowKey[], dueAt: Date): Promise<void> {
  await tx`
    update dispatcher.messages m set due_at = ${dueAt}
    from unnest(
      ${column(
        tx,
        'uuid',
        keys.map((key) => key.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        keys.map((key) => key.id),
      )}::uuid[]
    ) as k (tenant_id, id)
    where m.tenant_id = k.tenant_id and m.id = k.id and m.state = 'queued'`
}
