import { column, type Tx } from '@palomar/db'
import { foldName, type KnownContact, type KnownIdentity, type NewIdentity } from '../domain/people.ts'

export interface TenantKey {
  tenantId: string
  key: string
}
export interface TenantId {
  tenantId: string
  id: string
}

/** Contact ids that these keys lead to. */
export function findOwners(
  tx: Tx,
  keys: readonly TenantKey[],
): Promise<{ tenantId: string; contactId: string }[]> {
  return tx<{ tenantId: string; contactId: string }[]>`
    select distinct i.tenant_id as "tenantId", i.contact_id as "contactId"
    from unnest(
      ${column(
        tx,
        'uuid',
        keys.map((one) => one.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        keys.map((one) => one.key),
      )}::text[]
    ) as asked (tenant_id, key)
    join identities i on i.tenant_id = asked.tenant_id and i.key = asked.key`
}

/** The contacts, held until the transaction ends, locked in the order of their ids. */
export function lockContacts(
  tx: Tx,
  ids: readonly TenantId[],
): Promise<(KnownContact & { mergedInto: string | null })[]> {
  return tx<(KnownContact & { mergedInto: string | null })[]>`
    select c.tenant_id as "tenantId", c.id, c.name, c.name_at as "nameAt", c.phone, c.wa_id as "waId",
      c.wa_id_at as "waIdAt", c.version, c.merged_into as "mergedInto"
    from unnest(
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
    ) as asked (tenant_id, id)
    join contacts c on c.tenant_id = asked.tenant_id and c.id = asked.id
    order by c.tenant_id, c.id
    for no key update of c`
}

/** Every key of these contacts, those that only describe included. */
export function identitiesOf(tx: Tx, ids: readonly TenantId[]): Promise<KnownIdentity[]> {
  return tx<KnownIdentity[]>`
    select i.tenant_id as "tenantId", i.key, i.contact_id as "contactId", i.seen_at as "seenAt"
    from unnest(
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
    ) as asked (tenant_id, id)
    join identities i on i.tenant_id = asked.tenant_id and i.contact_id = asked.id`
}

export async function insertContacts(tx: Tx, contacts: readonly KnownContact[]): Promise<void> {
  await tx`
    insert into contacts (tenant_id, id, name, name_folded, name_at, phone, wa_id, wa_id_at, version)
    select * from unnest(${columns(tx, contacts)})`
}

export async function updateContacts(tx: Tx, contacts: readonly KnownContact[]): Promise<void> {
  await tx`
    update contacts c set name = row.name, name_folded = row.name_folded, name_at = row.name_at, phone = row.phone,
      wa_id = row.wa_id, wa_id_at = row.wa_id_at, version = row.version, updated_at = now()
    from unnest(${columns(tx, contacts)})
      as row (tenant_id, id, name, name_folded, name_at, phone, wa_id, wa_id_at, version)
    where c.tenant_id = row.tenant_id and c.id = row.id`
}

function columns(tx: Tx, rows: readonly KnownContact[]) {
  return tx`
    ${column(
      tx,
      'uuid',
      rows.map((row) => row.tenantId),
    )}::uuid[],
    ${column(
      tx,
      'uuid',
      rows.map((row) => row.id),
    )}::uuid[],
    ${column(
      tx,
      'text',
      rows.map((row) => row.name),
    )}::text[],
    ${column(
      tx,
      'text',
      rows.map((row) => foldName(row.name)),
    )}::text[],
    ${column(
      tx,
      'timestamptz',
      rows.map((row) => row.nameAt),
    )}::timestamptz[],
    ${column(
      tx,
      'text',
      rows.map((row) => row.phone),
    )}::text[],
    ${column(
      tx,
      'text',
      rows.map((row) => row.waId),
    )}::text[],
    ${column(
      tx,
      'timestamptz',
      rows.map((row) => row.waIdAt),
    )}::timestamptz[],
    ${column(
      tx,
      'bigint',
      rows.map((row) => row.version),
    )}::bigint[]`
}

/** How many were new; fewer than given means that somebody else claimed a key first. */
export async function insertIdentities(tx: Tx, identities: readonly NewIdentity[]): Promise<number> {
  const rows = [...identities].sort(byTenantKey)
  const result = await tx`
    insert into identities (tenant_id, key, contact_id, kind, value, portfolio_id, seen_at)
    select * from unnest(
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.key),
      )}::text[],
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.contactId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.kind),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.value),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.portfolioId),
      )}::text[],
      ${column(
        tx,
        'timestamptz',
        rows.map((row) => row.seenAt),
      )}::timestamptz[]
    )
    on conflict (tenant_id, key) do nothing`
  return result.count
}

/** Spellings that describe a person (wa_id, username): the latest sighting has them. */
export async function describeContacts(tx: Tx, identities: readonly NewIdentity[]): Promise<void> {
  const latest = new Map<string, NewIdentity>()
  for (const identity of identities) {
    const key = `${identity.tenantId}/${identity.key}`
    const held = latest.get(key)
    if (!held || identity.seenAt >= held.seenAt) latest.set(key, identity)
  }
  const rows = [...latest.values()].sort(byTenantKey)
  await tx`
    insert into identities as held (tenant_id, key, contact_id, kind, value, portfolio_id, seen_at)
    select * from unnest(
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.key),
      )}::text[],
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.contactId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.kind),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.value),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.portfolioId),
      )}::text[],
      ${column(
        tx,
        'timestamptz',
        rows.map((row) => row.seenAt),
      )}::timestamptz[]
    )
    on conflict (tenant_id, key) do update set contact_id = excluded.contact_id, seen_at = excluded.seen_at
    where held.contact_id <> excluded.contact_id and held.seen_at <= excluded.seen_at`
}

export async function moveIdentities(tx: Tx, identities: readonly KnownIdentity[]): Promise<void> {
  await tx`
    update identities i set contact_id = row.contact_id, seen_at = row.seen_at
    from unnest(
      ${column(
        tx,
        'uuid',
        identities.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        identities.map((row) => row.key),
      )}::text[],
      ${column(
        tx,
        'uuid',
        identities.map((row) => row.contactId),
      )}::uuid[],
      ${column(
        tx,
        'timestamptz',
        identities.map((row) => row.seenAt),
      )}::timestamptz[]
    ) as row (tenant_id, key, contact_id, seen_at)
    where i.tenant_id = row.tenant_id and i.key = row.key`
}

function byTenantKey(a: TenantKey, b: TenantKey): number {
  return a.tenantId + a.key < b.tenantId + b.key ? -1 : 1
}
