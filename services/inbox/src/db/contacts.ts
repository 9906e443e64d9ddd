import { column, type Tx } from '@palomar/db'
import type { TenantId } from './people.ts'

export interface ContactRow {
  tenantId: string
  id: string
  name: string
  nameFolded: string
  phone: string
  waId: string
  mergedInto: string | null
  version: bigint
  createdAt: Date
  updatedAt: Date
}

export interface IdentityRow {
  contactId: string
  kind: string
  value: string
  portfolioId: string
}

function contactColumns(tx: Tx) {
  return tx`
    c.tenant_id as "tenantId", c.id, c.name, c.name_folded as "nameFolded", c.phone, c.wa_id as "waId",
    c.merged_into as "mergedInto", c.version, c.created_at as "createdAt", c.updated_at as "updatedAt"`
}

export function findContacts(tx: Tx, ids: readonly TenantId[]): Promise<ContactRow[]> {
  return tx<ContactRow[]>`
    select ${contactColumns(tx)} from ${asked(tx, ids)}
    join contacts c on c.tenant_id = asked.tenant_id and c.id = asked.id`
}

export function findIdentities(tx: Tx, contactIds: readonly TenantId[]): Promise<IdentityRow[]> {
  return tx<IdentityRow[]>`
    select i.contact_id as "contactId", i.kind, i.value, i.portfolio_id as "portfolioId" from ${asked(tx, contactIds)}
    join identities i on i.tenant_id = asked.tenant_id and i.contact_id = asked.id
    order by i.kind, i.seen_at desc, i.value`
}

function asked(tx: Tx, ids: readonly TenantId[]) {
  return tx`unnest(
    ${column(
      tx,
      'uuid',
      ids.map((one) => one.tenantId),
    )}::uuid[],
    ${column(
      tx,
      'uuid',
      ids.map((one) => one.id),
    )}::uuid[]
  ) as asked (tenant_id, id)`
}

/** By name, those whose name starts with `prefix` (folded; empty for all). A range, because LIKE has no index below a policy. */
export function contactsByName(
  tx: Tx,
  tenantId: string,
  prefix: string,
  after: { name: string; id: string } | undefined,
  limit: number,
) {
  const range = prefix ? tx`and c.name_folded >= ${prefix} and c.name_folded < ${endOfPrefix(prefix)}` : tx``
  const from = after ? tx`and (c.name_folded, c.id) > (${after.name}, ${after.id}::uuid)` : tx``
  return tx<ContactRow[]>`
    select ${contactColumns(tx)} from contacts c
    where c.tenant_id = ${tenantId} and c.merged_into is null ${range} ${from}
    order by c.name_folded, c.id
    limit ${limit}`
}

/** Contacts with a phone or wa_id that starts with these digits, by that spelling. */
export function contactsByPhone(
  tx: Tx,
  tenantId: string,
  digits: string,
  after: string | undefined,
  limit: number,
) {
  const prefix = `w:${digits}`
  const from = after ? tx`and i.key > ${after}` : tx``
  return tx<{ key: string; contactId: string }[]>`
    select i.key, i.contact_id as "contactId" from identities i
    where i.tenant_id = ${tenantId} and i.key >= ${prefix} and i.key < ${endOfPrefix(prefix)} ${from}
    order by i.key
    limit ${limit}`
}

/** The first text after all that start with `prefix`, in byte order. */
export function endOfPrefix(prefix: string): string {
  return `${prefix}\u{10FFFF}`
}
