import { type ArrayType, column, type Tx } from '@palomar/db'

/** What is kept of a change beside whose it is. Times have milliseconds. */
export interface KeptChange {
  id: string
  appId: string
  phoneNumberId: string
  wabaId: string
  entryId: string
  entryTime: Date | null
  field: string
  messages: number
  statuses: number
  receivedAt: Date
  webhookAt: Date
  sealed: Uint8Array
}

/** The shared columns, in the order of {@link keptValues}. */
export const keptColumns = `app_id, phone_number_id, waba_id, entry_id, entry_time, field, messages, statuses,
  received_at, webhook_at, sealed`

/** One array of each column, for `unnest`. */
export function columnsOf<R>(tx: Tx, rows: readonly R[]) {
  return (type: ArrayType, value: (row: R) => Parameters<typeof column>[2][number]) =>
    column(tx, type, rows.map(value))
}

export function keptValues(tx: Tx, rows: readonly KeptChange[]) {
  const of = columnsOf(tx, rows)
  return tx`
    ${of('text', (row) => row.appId)}, ${of('text', (row) => row.phoneNumberId)}, ${of('text', (row) => row.wabaId)},
    ${of('text', (row) => row.entryId)}, ${of('timestamptz', (row) => row.entryTime)}, ${of('text', (row) => row.field)},
    ${of('int', (row) => row.messages)}, ${of('int', (row) => row.statuses)},
    ${of('timestamptz', (row) => row.receivedAt)}, ${of('timestamptz', (row) => row.webhookAt)},
    ${of('bytea', (row) => row.sealed)}`
}

/** The shared columns by the names of {@link KeptChange}, without the bytes: lists do not need them. */
export const keptSelection = `id, app_id as "appId", phone_number_id as "phoneNumberId", waba_id as "wabaId",
  entry_id as "entryId", entry_time as "entryTime", field, messages, statuses, received_at as "receivedAt",
  webhook_at as "webhookAt"`
