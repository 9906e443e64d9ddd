import type { Tx } from '@palomar/db'

/**
 * Everything of one contact becomes the survivor's: identities, conversations, messages, sessions. The caller holds
 * both contacts locked, and every writer of a conversation locks its contact first, so that no message can slip into a
 * conversation that is being emptied.
 *
 * A conversation keeps its id when the survivor has none on that number; else its messages move, the unread are added,
 * the window takes the later end, and it is left behind with `merged_into`. Returns the conversations that changed.
 */
export async function mergeContact(
  tx: Tx,
  tenantId: string,
  loser: string,
  survivor: string,
): Promise<string[]> {
  await tx`update identities set contact_id = ${survivor} where tenant_id = ${tenantId} and contact_id = ${loser}`
  await tx`
    update contacts set merged_into = ${survivor}
    where tenant_id = ${tenantId} and (id = ${loser} or merged_into = ${loser})`
  const rows = await tx<{ id: string; number_id: string; contact_id: string }[]>`
    select id, number_id, contact_id from conversations
    where tenant_id = ${tenantId} and contact_id in (${loser}, ${survivor}) and group_id = '' and merged_into is null
    order by id
    for update`
  const changed: string[] = []
  for (const row of rows.filter((one) => one.contact_id === loser)) {
    const kept = rows.find((one) => one.contact_id === survivor && one.number_id === row.number_id)
    if (kept) await emptyInto(tx, tenantId, row.id, kept.id, survivor)
    else await handOver(tx, tenantId, row.id, survivor)
    changed.push(kept?.id ?? row.id)
  }
  await mergeSessions(tx, tenantId, loser, survivor)
  return changed
}

async function handOver(tx: Tx, tenantId: string, id: string, survivor: string): Promise<void> {
  await tx`
    update conversations set contact_id = ${survivor}, peer = ${`c:${survivor}`}, version = version + 1, updated_at = now()
    where tenant_id = ${tenantId} and id = ${id}`
  await tx`update messages set contact_id = ${survivor} where tenant_id = ${tenantId} and conversation_id = ${id}`
}

async function emptyInto(
  tx: Tx,
  tenantId: string,
  from: string,
  into: string,
  survivor: string,
): Promise<void> {
  await tx`
    update messages set conversation_id = ${into}, contact_id = ${survivor}
    where tenant_id = ${tenantId} and conversation_id = ${from}`
  const later = tx`(gone.last_message_at, gone.last_message_key) > (kept.last_message_at, kept.last_message_key)`
  await tx`
    update conversations kept set
      unread_count = kept.unread_count + gone.unread_count,
      status = case when gone.last_message_at > kept.last_message_at then gone.status else kept.status end,
      assignee_id = coalesce(kept.assignee_id, gone.assignee_id),
      team_id = coalesce(kept.team_id, gone.team_id),
      window_expires_at = greatest(kept.window_expires_at, gone.window_expires_at),
      created_at = least(kept.created_at, gone.created_at),
      last_message_id = case when ${later} then gone.last_message_id else kept.last_message_id end,
      last_message_at = case when ${later} then gone.last_message_at else kept.last_message_at end,
      last_message_key = case when ${later} then gone.last_message_key else kept.last_message_key end,
      last_message_preview = case when ${later} then gone.last_message_preview else kept.last_message_preview end,
      last_message_direction = case when ${later} then gone.last_message_direction else kept.last_message_direction end,
      version = greatest(kept.version, gone.version) + 1,
      updated_at = now()
    from conversations gone
    where kept.tenant_id = ${tenantId} and kept.id = ${into} and gone.tenant_id = ${tenantId} and gone.id = ${from}`
  await tx`
    update conversations set merged_into = ${into}, peer = 'm:' || id::text, unread_count = 0, version = version + 1,
      updated_at = now()
    where tenant_id = ${tenantId} and id = ${from}`
  await tx`update sessions set conversation_id = ${into} where tenant_id = ${tenantId} and conversation_id = ${from}`
}

/** One session per person and number: the survivor's, else the loser's. */
async function mergeSessions(tx: Tx, tenantId: string, loser: string, survivor: string): Promise<void> {
  await tx`
    delete from sessions gone using sessions kept
    where gone.tenant_id = ${tenantId} and gone.contact_id = ${loser}
      and kept.tenant_id = ${tenantId} and kept.contact_id = ${survivor} and kept.number_id = gone.number_id`
  await tx`update sessions set contact_id = ${survivor} where tenant_id = ${tenantId} and contact_id = ${loser}`
}
