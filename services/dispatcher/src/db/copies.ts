import { column, type Tx } from '@palomar/db'

// Copies of others' facts. Every statement folds: by version, or by the later time, so that events may come twice,
// late and in any order. Rows of one statement are sorted by their key and hold each key once.

export interface NumberFact {
  tenantId: string
  id: string
  version: bigint
  phoneNumberId: string
  wabaId: string
  portfolioId: string | null
  metaPortfolioId: string
  displayPhoneNumber: string
  state: string
  throughputPerSecond: number
  dailyQuota: bigint
  graphVersion: string
  tokenVersion: bigint
}

export async function foldNumbers(tx: Tx, facts: readonly NumberFact[]): Promise<void> {
  const c = (type: Parameters<typeof column>[1], pick: (fact: NumberFact) => unknown) =>
    column(tx, type, facts.map(pick) as never)
  await tx`
    insert into dispatcher.numbers (
      tenant_id, id, version, phone_number_id, waba_id, portfolio_id, meta_portfolio_id, display_phone_number, state,
      throughput_per_second, daily_quota, graph_version, token_version
    )
    select distinct on (tenant_id, id) *
    from unnest(
      ${c('uuid', (f) => f.tenantId)}::uuid[], ${c('uuid', (f) => f.id)}::uuid[], ${c('bigint', (f) => f.version)}::bigint[],
      ${c('text', (f) => f.phoneNumberId)}::text[], ${c('text', (f) => f.wabaId)}::text[],
      ${c('uuid', (f) => f.portfolioId)}::uuid[], ${c('text', (f) => f.metaPortfolioId)}::text[],
      ${c('text', (f) => f.displayPhoneNumber)}::text[], ${c('text', (f) => f.state)}::text[],
      ${c('int', (f) => f.throughputPerSecond)}::int[], ${c('bigint', (f) => f.dailyQuota)}::bigint[],
      ${c('text', (f) => f.graphVersion)}::text[], ${c('bigint', (f) => f.tokenVersion)}::bigint[]
    ) as f (
      tenant_id, id, version, phone_number_id, waba_id, portfolio_id, meta_portfolio_id, display_phone_number, state,
      throughput_per_second, daily_quota, graph_version, token_version
    )
    order by tenant_id, id, version desc
    on conflict (tenant_id, id) do update
      set version = excluded.version, phone_number_id = excluded.phone_number_id, waba_id = excluded.waba_id,
        portfolio_id = excluded.portfolio_id, meta_portfolio_id = excluded.meta_portfolio_id,
        display_phone_number = excluded.display_phone_number, state = excluded.state,
        throughput_per_second = excluded.throughput_per_second, daily_quota = excluded.daily_quota,
        graph_version = excluded.graph_version, token_version = excluded.token_version
      where numbers.version < excluded.version`
}

export interface TenantFact {
  tenantId: string
  version: bigint
  state: string
}

export async function foldTenants(tx: Tx, facts: readonly TenantFact[]): Promise<void> {
  await tx`
    insert into dispatcher.tenants (tenant_id, version, state)
    select distinct on (tenant_id) *
    from unnest(
      ${column(
        tx,
        'uuid',
        facts.map((f) => f.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'bigint',
        facts.map((f) => f.version),
      )}::bigint[],
      ${column(
        tx,
        'text',
        facts.map((f) => f.state),
      )}::text[]
    ) as f (tenant_id, version, state)
    order by tenant_id, version desc
    on conflict (tenant_id) do update set version = excluded.version, state = excluded.state
      where tenants.version < excluded.version`
}

export interface WindowFact {
  tenantId: string
  numberId: string
  recipientKey: string
  expiresAt: Date
}

/** The later end wins. */
export async function foldWindows(tx: Tx, facts: readonly WindowFact[]): Promise<void> {
  await tx`
    insert into dispatcher.windows (tenant_id, number_id, recipient_key, expires_at)
    select tenant_id, number_id, recipient_key, max(expires_at)
    from unnest(
      ${column(
        tx,
        'uuid',
        facts.map((f) => f.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        facts.map((f) => f.numberId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        facts.map((f) => f.recipientKey),
      )}::text[],
      ${column(
        tx,
        'timestamptz',
        facts.map((f) => f.expiresAt),
      )}::timestamptz[]
    ) as f (tenant_id, number_id, recipient_key, expires_at)
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict (tenant_id, number_id, recipient_key) do update set expires_at = excluded.expires_at
      where windows.expires_at < excluded.expires_at`
}

export interface ContactFact {
  tenantId: string
  contactId: string
  version: bigint
  mergedInto: string | null
  recipientKeys: readonly string[]
}

/** Each contact's highest version wins with its whole set of keys. One fact per contact. */
export async function foldContacts(tx: Tx, facts: readonly ContactFact[]): Promise<void> {
  const won = await tx<{ tenant_id: string; contact_id: string }[]>`
    insert into dispatcher.contacts (tenant_id, contact_id, version, merged_into)
    select * from unnest(
      ${column(
        tx,
        'uuid',
        facts.map((f) => f.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        facts.map((f) => f.contactId),
      )}::uuid[],
      ${column(
        tx,
        'bigint',
        facts.map((f) => f.version),
      )}::bigint[],
      ${column(
        tx,
        'uuid',
        facts.map((f) => f.mergedInto),
      )}::uuid[]
    ) as f (tenant_id, contact_id, version, merged_into)
    order by 1, 2
    on conflict (tenant_id, contact_id) do update
      set version = excluded.version, merged_into = excluded.merged_into
      where contacts.version < excluded.version
    returning tenant_id, contact_id`
  if (won.length === 0) return
  const keys = new Set(won.map((row) => row.contact_id))
  const pairs = facts
    .filter((fact) => keys.has(fact.contactId))
    .flatMap((fact) => [...new Set(fact.recipientKeys)].map((key) => ({ ...fact, key })))
  // The contact's row is locked, so nobody else changes its set meanwhile.
  await tx`
    delete from dispatcher.recipient_aliases a
    using unnest(
      ${column(
        tx,
        'uuid',
        won.map((row) => row.tenant_id),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        won.map((row) => row.contact_id),
      )}::uuid[]
    ) as w (tenant_id, contact_id)
    where a.tenant_id = w.tenant_id and a.contact_id = w.contact_id`
  await tx`
    insert into dispatcher.recipient_aliases (tenant_id, recipient_key, contact_id)
    select * from unnest(
      ${column(
        tx,
        'uuid',
        pairs.map((p) => p.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        pairs.map((p) => p.key),
      )}::text[],
      ${column(
        tx,
        'uuid',
        pairs.map((p) => p.contactId),
      )}::uuid[]
    ) as p (tenant_id, recipient_key, contact_id)
    order by 1, 2, 3
    on conflict do nothing`
}
