/** What ingest tells of Meta's webhooks. */
import { eventIdOf, ingestEventsV1 } from '@palomar/contracts'
import { at, type Channel } from './channel.ts'

let next = 0
export const wamid = () => `wamid.${(next++).toString(36)}${Math.random().toString(36).slice(2)}=`

export interface MessageParts {
  wamid?: string
  waId?: string
  userId?: string
  previousUserId?: string
  previousWaId?: string
  username?: string
  name?: string
  text?: string
  type?: string
  content?: string
  seconds?: number
  field?: string
  placeholder?: boolean
  contextWamid?: string
  groupId?: string
}

/** A customer wrote. */
export function received(channel: Channel, parts: MessageParts = {}): ingestEventsV1.Event {
  const id = parts.wamid ?? wamid()
  const placeholder = parts.placeholder ?? false
  return {
    header: {
      id: eventIdOf(
        'message',
        channel.numberId,
        id,
        parts.field ?? 'messages',
        placeholder ? 'placeholder' : '',
      ),
      tenantId: channel.tenantId,
      time: at(parts.seconds ?? 0),
      traceparent: '',
    },
    payload: {
      $case: 'messageReceived',
      value: ingestEventsV1.MessageReceived.fromPartial({
        number: {
          numberId: channel.numberId,
          phoneNumberId: '1',
          wabaId: '2',
          portfolioId: channel.portfolioId,
        },
        wamid: id,
        from: {
          waId: parts.waId ?? (parts.userId === undefined ? '573001112233' : ''),
          userId: parts.userId ?? '',
          previousUserId: parts.previousUserId ?? '',
          previousWaId: parts.previousWaId ?? '',
          username: parts.username ?? '',
          profileName: parts.name ?? '',
        },
        type: parts.type ?? (placeholder ? 'media_placeholder' : 'text'),
        contentJson: parts.content ?? (placeholder ? '{}' : JSON.stringify({ body: parts.text ?? 'hola' })),
        contextWamid: parts.contextWamid ?? '',
        field: parts.field ?? 'messages',
        groupId: parts.groupId ?? '',
        placeholder,
      }),
    },
  }
}

/** A customer calls; it rings at `seconds`. */
export function called(
  channel: Channel,
  { seconds = 0, waId = '573001112233', opens = true } = {},
): ingestEventsV1.Event {
  return {
    header: {
      id: eventIdOf('call', channel.numberId, waId, String(seconds)),
      tenantId: channel.tenantId,
      time: at(seconds),
      traceparent: '',
    },
    payload: {
      $case: 'callReceived',
      value: ingestEventsV1.CallReceived.fromPartial({
        number: {
          numberId: channel.numberId,
          phoneNumberId: '1',
          wabaId: '2',
          portfolioId: channel.portfolioId,
        },
        callId: `wacid.${waId}.${seconds}`,
        event: 'connect',
        direction: opens ? 'user_initiated' : 'business_initiated',
        customer: { waId },
        ...(opens && { windowExpiresAt: at(seconds + 24 * 3600) }),
      }),
    },
  }
}

export interface StatusParts {
  wamid: string
  status?: string
  seconds?: number
  echo?: string
  participant?: string
  errorCode?: number
}

/** Meta reports on a message. */
export function status(channel: Channel, parts: StatusParts): ingestEventsV1.Event {
  const { wamid, status = 'delivered', participant = '' } = parts
  const time = at(parts.seconds ?? 0)
  return {
    header: {
      id: eventIdOf(
        'status',
        channel.numberId,
        wamid,
        participant,
        status,
        time.toISOString(),
        String(parts.errorCode ?? ''),
      ),
      tenantId: channel.tenantId,
      time,
      traceparent: '',
    },
    payload: {
      $case: 'statusReceived',
      value: ingestEventsV1.StatusReceived.fromPartial({
        number: {
          numberId: channel.numberId,
          phoneNumberId: '1',
          wabaId: '2',
          portfolioId: channel.portfolioId,
        },
        wamid,
        status,
        participant,
        echo: parts.echo ?? '',
        errors: parts.errorCode ? [{ code: parts.errorCode, title: 'failed', details: '', href: '' }] : [],
      }),
    },
  }
}
