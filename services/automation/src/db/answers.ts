import { column, type Tx } from '@palomar/db'
import type { EarlierAnswer } from '../domain/decide-answer.ts'

export interface NewAnswer {
  tenantId: string
  ruleId: string
  messageId: string
  conversationId: string
  numberId: string
  waId: string
  userId: string
  replyText: string
  replyMessageId: string
  state: 'pending' | 'refused'
  refusalCode: string
  factAt: Date
}

export interface AnswerKey {
  tenantId: string
  ruleId: string
  messageId: string
}

/** An answer whose turn it is. */
export interface DueAnswer extends AnswerKey {
  conversationId: string
  numberId: string
  waId: string
  userId: string
  replyText: string
  replyMessageId: string
  tries: number
  factAt: Date
}

/** Two messages of one conversation are decided one after the other, whoever handles them. */
export async function lockConversations(tx: Tx, conversationIds: readonly string[]): Promise<void> {
  const sorted = [...new Set(conversationIds)].sort()
  await tx`
    select pg_advisory_xact_lock(hashtextextended('automation.answers/' || c.id, 0))
    from unnest(${column(tx, 'text', sorted)}::text[]) with ordinality as c (id, n) order by c.n`
}

/** Answers that were given, or are on their way, in these conversations, from a time on; unexecuted, for the plan test. */
export function answersIn(
  tx: Tx,
  conversations: readonly { tenantId: string; conversationId: string }[],
  since: Date,
) {
  return tx<(EarlierAnswer & { tenantId: string; conversationId: string })[]>`
    select a.tenant_id as "tenantId", a.conversation_id as "conversationId", a.rule_id as "ruleId",
      a.fact_at as "factAt"
    from unnest(
      ${column(
        tx,
        'uuid',
        conversations.map((one) => one.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        conversations.map((one) => one.conversationId),
      )}::uuid[]
    ) as c (tenant_id, conversation_id)
    join answers a on a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id
    where a.fact_at >= ${since} and a.state in ('pending', 'accepted')`
}

export async function insertAnswers(tx: Tx, answers: readonly NewAnswer[], now: Date): Promise<void> {
  const key = (one: NewAnswer) => `${one.tenantId}/${one.ruleId}/${one.messageId}`
  const sorted = [...answers].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  const text = (read: (one: NewAnswer) => string) => column(tx, 'text', sorted.map(read))
  const uuid = (read: (one: NewAnswer) => string) => column(tx, 'uuid', sorted.map(read))
  await tx`
    insert into answers (tenant_id, rule_id, message_id, conversation_id, number_id, wa_id, user_id, reply_text,
      reply_message_id, state, refusal_code, fact_at, due_at, created_at, settled_at)
    select *, ${now}::timestamptz, ${now}::timestamptz, case when a.state = 'refused' then ${now}::timestamptz end
    from unnest(
      ${uuid((one) => one.tenantId)}::uuid[], ${uuid((one) => one.ruleId)}::uuid[],
      ${uuid((one) => one.messageId)}::uuid[], ${uuid((one) => one.conversationId)}::uuid[],
      ${uuid((one) => one.numberId)}::uuid[], ${text((one) => one.waId)}::text[],
      ${text((one) => one.userId)}::text[], ${text((one) => one.replyText)}::text[],
      ${uuid((one) => one.replyMessageId)}::uuid[], ${text((one) => one.state)}::text[],
      ${text((one) => one.refusalCode)}::text[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((one) => one.factAt),
      )}::timestamptz[]
    ) as a (tenant_id, rule_id, message_id, conversation_id, number_id, wa_id, user_id, reply_text, reply_message_id,
      state, refusal_code, fact_at)
    on conflict do nothing`
}

/** Takes answers that are still due; another who tries the same ones finds them taken. */
export async function claimAnswers(
  tx: Tx,
  keys: readonly AnswerKey[],
  { now, leaseUntil }: { now: Date; leaseUntil: Date },
): Promise<DueAnswer[]> {
  const uuid = (read: (key: AnswerKey) => string) => column(tx, 'uuid', keys.map(read))
  return tx<DueAnswer[]>`
    update answers a set due_at = ${leaseUntil}, tries = a.tries + 1
    from unnest(
      ${uuid((key) => key.tenantId)}::uuid[], ${uuid((key) => key.ruleId)}::uuid[],
      ${uuid((key) => key.messageId)}::uuid[]
    ) as k (tenant_id, rule_id, message_id)
    where a.tenant_id = k.tenant_id and a.rule_id = k.rule_id and a.message_id = k.message_id
      and a.state = 'pending' and a.due_at <= ${now}
    returning a.tenant_id as "tenantId", a.rule_id as "ruleId", a.message_id as "messageId",
      a.conversation_id as "conversationId", a.number_id as "numberId", a.wa_id as "waId", a.user_id as "userId",
      a.reply_text as "replyText", a.reply_message_id as "replyMessageId", a.tries, a.fact_at as "factAt"`
}

/** True for whoever settles it first: only he tells and counts. */
export async function settleAnswer(
  tx: Tx,
  key: AnswerKey,
  end: { state: 'accepted' | 'refused' | 'expired'; refusalCode: string; at: Date },
): Promise<boolean> {
  const result = await tx`
    update answers set state = ${end.state}, refusal_code = ${end.refusalCode}, settled_at = ${end.at}
    where tenant_id = ${key.tenantId} and rule_id = ${key.ruleId} and message_id = ${key.messageId}
      and state = 'pending'`
  return result.count > 0
}

export async function postponeAnswer(tx: Tx, key: AnswerKey, dueAt: Date): Promise<void> {
  await tx`
    update answers set due_at = ${dueAt}
    where tenant_id = ${key.tenantId} and rule_id = ${key.ruleId} and message_id = ${key.messageId}
      and state = 'pending'`
}

/** So that whoever looks at the rule sees that it wanted to answer and could not. */
export async function noteRefused(
  tx: Tx,
  { tenantId, ruleId }: Pick<AnswerKey, 'tenantId' | 'ruleId'>,
  code: string,
  at: Date,
): Promise<void> {
  await tx`
    update rules set last_refusal_code = ${code}, last_refused_at = ${at}
    where tenant_id = ${tenantId} and id = ${ruleId} and (last_refused_at is null or last_refused_at <= ${at})`
}

export async function countFired(tx: Tx, { tenantId, ruleId }: AnswerKey, at: Date): Promise<void> {
  await tx`
    update rules set fired_count = fired_count + 1, last_fired_at = greatest(coalesce(last_fired_at, ${at}), ${at})
    where tenant_id = ${tenantId} and id = ${ruleId}`
}
