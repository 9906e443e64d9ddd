import { column, type Tx } from '@palomar/db'
import type { Match } from '../domain/match-rule.ts'

export interface RuleRow {
  tenantId: string
  id: string
  name: string
  enabled: boolean
  numberIds: string[]
  keywords: string[]
  match: Match
  replyText: string
  cooldownS: number
  position: number
  firedCount: bigint
  lastFiredAt: Date | null
  lastRefusalCode: string
  lastRefusedAt: Date | null
  version: bigint
  createdAt: Date
  updatedAt: Date
}

/** What a person decides of a rule. */
export type RuleValues = Pick<
  RuleRow,
  'name' | 'enabled' | 'numberIds' | 'keywords' | 'match' | 'replyText' | 'cooldownS' | 'position'
>

function columns(tx: Tx) {
  return tx`tenant_id as "tenantId", id, name, enabled, number_ids as "numberIds", keywords, match,
    reply_text as "replyText", cooldown_s as "cooldownS", position, fired_count as "firedCount",
    last_fired_at as "lastFiredAt", last_refusal_code as "lastRefusalCode",
    last_refused_at as "lastRefusedAt", version, created_at as "createdAt", updated_at as "updatedAt"`
}

/** In the order in which they are tried; unexecuted, so that the plan test explains this very statement. */
export function rulesPage(
  tx: Tx,
  tenantId: string,
  after: { n: number; id: string } | undefined,
  limit: number,
) {
  const from = after ? tx`and (position, id) > (${after.n}::int, ${after.id}::uuid)` : tx``
  return tx<RuleRow[]>`
    select ${columns(tx)} from rules where tenant_id = ${tenantId} ${from}
    order by position, id limit ${limit}`
}

export async function findRule(tx: Tx, tenantId: string, id: string): Promise<RuleRow | undefined> {
  const [row] = await tx<RuleRow[]>`
    select ${columns(tx)} from rules where tenant_id = ${tenantId} and id = ${id}`
  return row
}

/** The enabled rules of these companies, in the order in which they are tried. */
export async function enabledRules(tx: Tx, tenantIds: readonly string[]): Promise<RuleRow[]> {
  return tx<RuleRow[]>`
    select ${columns(tx)} from rules
    where tenant_id = any(${column(tx, 'uuid', tenantIds)}::uuid[]) and enabled
    order by tenant_id, position, id`
}

export async function countRules(tx: Tx, tenantId: string): Promise<number> {
  const [row] = await tx<{ n: number }[]>`select count(*)::int as n from rules where tenant_id = ${tenantId}`
  return row?.n ?? 0
}

export async function insertRule(
  tx: Tx,
  tenantId: string,
  id: string,
  values: RuleValues,
  now: Date,
): Promise<void> {
  await tx`
    insert into rules (tenant_id, id, name, enabled, number_ids, keywords, match, reply_text, cooldown_s, position,
      created_at, updated_at)
    values (${tenantId}, ${id}, ${values.name}, ${values.enabled}, ${column(tx, 'uuid', values.numberIds)},
      ${column(tx, 'text', values.keywords)}, ${values.match}, ${values.replyText}, ${values.cooldownS},
      ${values.position}, ${now}, ${now})`
}

export async function updateRule(
  tx: Tx,
  tenantId: string,
  id: string,
  values: RuleValues,
  now: Date,
): Promise<void> {
  await tx`
    update rules set name = ${values.name}, enabled = ${values.enabled},
      number_ids = ${column(tx, 'uuid', values.numberIds)}, keywords = ${column(tx, 'text', values.keywords)},
      match = ${values.match}, reply_text = ${values.replyText}, cooldown_s = ${values.cooldownS},
      position = ${values.position}, version = version + 1, updated_at = ${now}
    where tenant_id = ${tenantId} and id = ${id}`
}

/** False when there is none. */
export async function deleteRule(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const result = await tx`delete from rules where tenant_id = ${tenantId} and id = ${id}`
  return result.count > 0
}
