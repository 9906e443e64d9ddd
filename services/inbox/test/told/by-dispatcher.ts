/** What the ledger tells. */
import { recipientKey } from '@palomar/cloud-api'
import { type dispatcherEventsV1, eventIdOf, type Id, newId } from '@palomar/contracts'
import { type StatusParts, status } from './by-meta.ts'
import { at, type Channel, recently } from './channel.ts'

/** The ledger could not place a status that had an echo. */
export function unmatched(channel: Channel, parts: StatusParts): dispatcherEventsV1.Event {
  const event = status(channel, { echo: 'msg~1', ...parts })
  const value = event.payload?.$case === 'statusReceived' ? event.payload.value : undefined
  return {
    header: {
      ...(event.header as never as object),
      id: eventIdOf('status_unmatched', event.header?.id ?? ''),
    } as never,
    payload: { $case: 'statusUnmatched', value: { status: value } },
  }
}

export interface AcceptedParts {
  id?: Id<'message'>
  to?: string
  userId?: string
  text?: string
  type?: string
  content?: string
  seconds?: number
  dueSeconds?: number
  contextWamid?: string
  createdBy?: string
}

function recipientTo(channel: Channel, to: string, userId: string) {
  const key = recipientKey({ phone: to, bsuid: userId, portfolioId: channel.portfolioId }) ?? ''
  return { to, userId, key }
}

/** The ledger accepted a message of ours. */
export function accepted(channel: Channel, parts: AcceptedParts = {}): dispatcherEventsV1.Event {
  const id = parts.id ?? newId('message')
  const to = parts.to ?? (parts.userId === undefined ? '+573001112233' : '')
  const type = parts.type ?? 'text'
  return {
    header: {
      id: eventIdOf('message', id, '1'),
      tenantId: channel.tenantId,
      time: at(parts.seconds ?? 0),
      traceparent: '',
    },
    payload: {
      $case: 'messageAccepted',
      value: {
        messageId: id,
        numberId: channel.numberId,
        recipient: recipientTo(channel, to, parts.userId ?? ''),
        type,
        contentJson: parts.content ?? JSON.stringify({ type, [type]: { body: parts.text ?? 'buenas' } }),
        contextWamid: parts.contextWamid ?? '',
        createdBy: parts.createdBy ?? 'usr_x',
        acceptedAt: at(parts.seconds ?? 0),
        dueAt: parts.dueSeconds === undefined ? undefined : at(parts.dueSeconds),
        laneClass: 'reply',
      },
    },
  }
}

export interface StateParts {
  id: Id<'message'>
  version: number
  state: string
  wamids?: string[]
  to?: string
  waId?: string
  seconds?: number
  failureCode?: string
  errorCode?: number
  category?: string
}

/** The ledger's fold of a message's attempts. */
export function stateChanged(channel: Channel, parts: StateParts): dispatcherEventsV1.Event {
  const time = at(parts.seconds ?? parts.version)
  const reached = ['sent', 'delivered', 'read'].indexOf(parts.state)
  return {
    header: {
      id: eventIdOf('message', parts.id, String(parts.version)),
      tenantId: channel.tenantId,
      time,
      traceparent: '',
    },
    payload: {
      $case: 'messageStateChanged',
      value: {
        messageId: parts.id,
        version: BigInt(parts.version),
        state: parts.state,
        numberId: channel.numberId,
        wamids: parts.wamids ?? [],
        sentAt: reached >= 0 ? at(1) : undefined,
        deliveredAt: reached >= 1 ? at(2) : undefined,
        readAt: reached >= 2 ? at(3) : undefined,
        failedAt: parts.state === 'failed' ? at(4) : undefined,
        error: parts.errorCode
          ? { code: parts.errorCode, title: 'failed', details: '', href: '' }
          : undefined,
        pricing: parts.category
          ? { billable: true, model: 'PMP', type: 'regular', category: parts.category }
          : undefined,
        recipient: recipientTo(channel, parts.to ?? '+573001112233', ''),
        failureCode: parts.failureCode ?? '',
        waId: parts.waId ?? '',
      },
    },
  }
}

/** Meta refuses everything of a number. */
export function numberHeld(channel: Channel, reason: string, errorCode: number): dispatcherEventsV1.Event {
  return {
    header: {
      id: eventIdOf('number_held', channel.numberId, reason),
      tenantId: channel.tenantId,
      time: at(recently),
      traceparent: '',
    },
    payload: { $case: 'numberHeld', value: { numberId: channel.numberId, reason, errorCode } },
  }
}
