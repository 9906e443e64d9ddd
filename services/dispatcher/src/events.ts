import { type dispatcherEventsV1, eventIdOf, idFromUuid, type ingestEventsV1 } from '@palomar/contracts'
import type { NewMessage } from './db/accept.ts'
import type { MessageRow } from './db/message-row.ts'
import type { LaneHold } from './db/settle.ts'
import { laneClassAt } from './domain/lane-class.ts'
import type { MessageFold } from './domain/message.ts'

export type DispatchEvent = dispatcherEventsV1.Event

/** Our own facts are named by the row and its version (CONTRACTS 3). */
const versionEventId = (uuid: string, version: bigint) => eventIdOf('message', uuid, String(version))

export function acceptedEvent(row: NewMessage): DispatchEvent {
  return {
    header: {
      id: versionEventId(row.id, 1n),
      tenantId: idFromUuid('tenant', row.tenantId),
      time: row.acceptedAt,
      traceparent: row.traceparent,
    },
    payload: {
      $case: 'messageAccepted',
      value: {
        messageId: idFromUuid('message', row.id),
        numberId: idFromUuid('number', row.numberId),
        recipient: { to: row.recipientTo, userId: row.recipientUserId, key: row.recipientKey },
        type: row.type,
        contentJson: row.content,
        contextWamid: row.contextWamid,
        createdBy: row.createdBy,
        acceptedAt: row.acceptedAt,
        dueAt: row.dueAt > row.acceptedAt ? row.dueAt : undefined,
        laneClass: laneClassAt(row.laneClass),
      },
    },
  }
}

/** The identity of a message, as events and answers repeat it. */
export type MessageIdentity = Pick<
  MessageRow,
  'tenant_id' | 'id' | 'number_id' | 'recipient_to' | 'recipient_user_id' | 'recipient_key' | 'traceparent'
>

export function stateChangedEvent(
  row: MessageIdentity,
  version: bigint,
  fold: MessageFold,
  time: Date,
  /** Of the work that changed it; the message's own when there is none. */
  traceparent = '',
): DispatchEvent {
  return {
    header: {
      id: versionEventId(row.id, version),
      tenantId: idFromUuid('tenant', row.tenant_id),
      time,
      traceparent: traceparent || row.traceparent,
    },
    payload: {
      $case: 'messageStateChanged',
      value: {
        messageId: idFromUuid('message', row.id),
        version,
        state: fold.state,
        numberId: idFromUuid('number', row.number_id),
        wamids: fold.wamids,
        sentAt: fold.sentAt ?? undefined,
        deliveredAt: fold.deliveredAt ?? undefined,
        readAt: fold.readAt ?? undefined,
        failedAt: fold.failedAt ?? undefined,
        error: fold.error ?? undefined,
        pricing: fold.pricing ?? undefined,
        recipient: { to: row.recipient_to, userId: row.recipient_user_id, key: row.recipient_key },
        failureCode: fold.failureCode ?? '',
        waId: fold.waId ?? '',
      },
    },
  }
}

/** A status that is nobody's here: inbox folds it by wamid. Named after the status it carries. */
export function unmatchedEvent(
  source: { id: string; tenantId: string; time: Date | undefined; traceparent: string },
  status: ingestEventsV1.StatusReceived,
): DispatchEvent {
  return {
    header: { ...source, id: eventIdOf('status_unmatched', source.id) },
    payload: { $case: 'statusUnmatched', value: { status } },
  }
}

/** Short rests belong to sending; these are for somebody to act on. */
const heldReasons = ['token', 'refused_by_meta']

/** Each rest once, however many messages ran into it: per token, or per version of the number, error and day. */
export function numberHeldEvents(holds: readonly LaneHold[], now: Date): DispatchEvent[] {
  const events = holds
    .filter(({ reason }) => heldReasons.includes(reason))
    .map(({ tenantId, numberId, reason, tokenVersion, numberVersion, errorCode }): DispatchEvent => {
      const since =
        tokenVersion === null
          ? [String(numberVersion), String(errorCode), now.toISOString().slice(0, 10)]
          : [String(tokenVersion)]
      return {
        header: {
          id: eventIdOf('number_held', numberId, reason, ...since),
          tenantId: idFromUuid('tenant', tenantId),
          time: now,
          traceparent: '',
        },
        payload: {
          $case: 'numberHeld',
          value: { numberId: idFromUuid('number', numberId), reason, errorCode },
        },
      }
    })
  return [...new Map(events.map((event) => [event.header?.id, event])).values()]
}
