/** Inbox's handlers on a real Postgres, with events made by hand and everything that commits written down. */
import type { Answer, Delivered } from '@palomar/bus'
import { recipientKey } from '@palomar/cloud-api'
import {
  automationEventsV1,
  type dispatcherEventsV1,
  eventIdOf,
  type Id,
  type inboxEventsV1,
  ingestEventsV1,
  type liveV1,
  mediaEventsV1,
  newId,
  tenancyEventsV1,
  type Uuid,
  uuidOf,
} from '@palomar/contracts'
import { type Db, openDb } from '@palomar/db'
import { silentLogger, type TestDatabase, testDatabase } from '@palomar/testkit'
import { automationHandler } from '../src/consumers/automation.ts'
import { dispatchHandler } from '../src/consumers/dispatch.ts'
import { ingestHandler } from '../src/consumers/ingest.ts'
import { mediaHandler } from '../src/consumers/media.ts'
import { tenancyHandler } from '../src/consumers/tenancy.ts'

/** One number of one company. */
export interface Channel {
  tenantId: Id<'tenant'>
  tenant: Uuid
  numberId: Id<'number'>
  portfolioId: string
}

export function newChannel(of: Partial<Channel> = {}): Channel {
  const tenantId = of.tenantId ?? newId('tenant')
  return {
    tenantId,
    tenant: uuidOf(tenantId),
    numberId: newId('number'),
    portfolioId: newId('portfolio'),
    ...of,
  }
}

export interface World {
  database: TestDatabase
  db: Db
  /** Past every policy: what the tables really hold. */
  admin: Db
  told: { events: inboxEventsV1.Event[]; frames: liveV1.Frame[] }
  ingest(...events: ingestEventsV1.Event[]): Promise<Answer[]>
  dispatch(...events: dispatcherEventsV1.Event[]): Promise<Answer[]>
  media(...events: mediaEventsV1.Event[]): Promise<Answer[]>
  tenancy(...events: tenancyEventsV1.Event[]): Promise<Answer[]>
  automation(...events: automationEventsV1.Event[]): Promise<Answer[]>
  kinds(): string[]
  forget(): void
  close(): Promise<void>
}

/** Fixed, because fold and window follow Meta's time and never ours. */
export const clock = { now: () => Date.UTC(2026, 10, 21, 12), monotonic: () => 0 }

export async function world(): Promise<World> {
  const database = await testDatabase('inbox')
  const db = openDb({ url: database.urlFor('inbox'), max: 8, service: 'inbox', logger: silentLogger })
  const admin = openDb({
    url: `${database.adminUrl}?search_path=inbox`,
    max: 2,
    service: 'inbox',
    logger: silentLogger,
  })
  const told: World['told'] = { events: [], frames: [] }
  db.onCommitted((rows) => {
    for (const row of rows) {
      if (row.lane === 'live') told.frames.push(...row.frames)
      else told.events.push(...(row.events as inboxEventsV1.Event[]))
    }
  })
  const ingest = ingestHandler({ db, clock })
  const dispatch = dispatchHandler({ db, clock })
  const media = mediaHandler({ db, clock })
  const tenancy = tenancyHandler({ db, clock })
  const automation = automationHandler({ db, clock })
  return {
    database,
    db,
    admin,
    told,
    ingest: (...events) => ingest(events.map(delivered)),
    dispatch: (...events) => dispatch(events.map(delivered)),
    media: (...events) => media(events.map(delivered)),
    tenancy: (...events) => tenancy(events.map(delivered)),
    automation: (...events) => automation(events.map(delivered)),
    kinds: () => told.events.map((event) => event.payload?.$case ?? ''),
    forget() {
      told.events.length = 0
      told.frames.length = 0
    },
    async close() {
      await db.close()
      await admin.close()
      await database.drop()
    },
  }
}

export function delivered<E>(event: E): Delivered<E> {
  return { event, meta: {}, streamTime: new Date(0), redelivered: false, tries: 0 }
}

export const t0 = Date.UTC(2026, 10, 20, 8)
export const at = (seconds: number) => new Date(t0 + seconds * 1000)

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

/** What became of a file. */
export function mediaChanged(
  channel: Channel,
  parts: Partial<mediaEventsV1.MediaStateChanged> & { mediaId: string; version: bigint },
): mediaEventsV1.Event {
  return {
    header: {
      id: eventIdOf('media', parts.mediaId, String(parts.version)),
      tenantId: channel.tenantId,
      time: at(Number(parts.version)),
      traceparent: '',
    },
    payload: {
      $case: 'mediaStateChanged',
      value: mediaEventsV1.MediaStateChanged.fromPartial({ state: 'stored', direction: 'inbound', ...parts }),
    },
  }
}

/** A change of one of the company's numbers. */
export function numberChanged(
  channel: Channel,
  parts: { version: number; state?: string; seconds?: number },
): tenancyEventsV1.Event {
  return {
    header: {
      id: eventIdOf('tenancy', 'number', channel.numberId, String(parts.version)),
      tenantId: channel.tenantId,
      time: at(parts.seconds ?? recently),
      traceparent: '',
    },
    payload: {
      $case: 'numberChanged',
      value: tenancyEventsV1.NumberChanged.fromPartial({
        numberId: channel.numberId,
        version: BigInt(parts.version),
        phoneNumberId: '4000',
        portfolioId: channel.portfolioId,
        displayPhoneNumber: '+573009998877',
        state: parts.state ?? 'active',
      }),
    },
  }
}

export function companyChanged(channel: Channel, version: number, language: string): tenancyEventsV1.Event {
  const { tenantId } = channel
  return {
    header: {
      id: eventIdOf('tenancy', 'tenant', tenantId, String(version)),
      tenantId,
      time: at(0),
      traceparent: '',
    },
    payload: {
      $case: 'tenantChanged',
      value: { tenantId, version: BigInt(version), state: 'active', name: 'x', language },
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

export function endpointChanged(
  channel: Channel,
  parts: { endpointId: string; version: number; state: string; reason?: string },
): automationEventsV1.Event {
  return {
    header: {
      id: eventIdOf('endpoint', parts.endpointId, String(parts.version)),
      tenantId: channel.tenantId,
      time: at(recently),
      traceparent: '',
    },
    payload: {
      $case: 'webhookEndpointChanged',
      value: automationEventsV1.WebhookEndpointChanged.fromPartial({
        ...parts,
        version: BigInt(parts.version),
      }),
    },
  }
}

/** Seconds of the story that are within a day of the clock. */
export const recently = 24 * 3600
