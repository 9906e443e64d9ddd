/** Analytics' handlers on a real Postgres, with events made by hand. */
import type { Answer, Delivered } from '@palomar/bus'
import {
  automationEventsV1,
  eventIdOf,
  type Id,
  inboxEventsV1,
  newId,
  tenancyEventsV1,
  type Uuid,
  uuidOf,
} from '@palomar/contracts'
import { type Db, openDb } from '@palomar/db'
import { silentLogger, type TestDatabase, testDatabase } from '@palomar/testkit'
import { automationHandler } from '../src/consumers/automation.ts'
import { inboxHandler } from '../src/consumers/inbox.ts'
import { tenancyHandler } from '../src/consumers/tenancy.ts'

/** One number of one company. */
export interface Channel {
  tenantId: Id<'tenant'>
  tenant: Uuid
  numberId: Id<'number'>
}

export function newChannel(tenantId = newId('tenant')): Channel {
  return { tenantId, tenant: uuidOf(tenantId), numberId: newId('number') }
}

export interface World {
  database: TestDatabase
  db: Db
  /** Past every policy: what the tables really hold. */
  admin: Db
  inbox(...events: inboxEventsV1.Event[]): Promise<Answer[]>
  tenancy(...events: tenancyEventsV1.Event[]): Promise<Answer[]>
  automation(...events: automationEventsV1.Event[]): Promise<Answer[]>
  close(): Promise<void>
}

export async function world(): Promise<World> {
  const database = await testDatabase('analytics')
  const db = openDb({ url: database.urlFor('analytics'), max: 8, service: 'analytics', logger: silentLogger })
  const admin = openDb({
    url: `${database.adminUrl}?search_path=analytics`,
    max: 2,
    service: 'analytics',
    logger: silentLogger,
  })
  const inbox = inboxHandler({ db })
  const tenancy = tenancyHandler({ db })
  const automation = automationHandler({ db })
  return {
    database,
    db,
    admin,
    inbox: (...events) => inbox(events.map(delivered)),
    tenancy: (...events) => tenancy(events.map(delivered)),
    automation: (...events) => automation(events.map(delivered)),
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

/** 03:00 in Bogotá. */
export const t0 = Date.UTC(2026, 10, 20, 8)
export const at = (seconds: number) => new Date(t0 + seconds * 1000)

function header(channel: Channel, time: Date, ...fact: string[]) {
  return { id: eventIdOf(...fact), tenantId: channel.tenantId, time, traceparent: '' }
}

export interface StoredParts {
  id?: Id<'message'>
  direction?: 'inbound' | 'outbound'
  type?: string
  seconds?: number
}

/** A message is in the inbox. */
export function stored(channel: Channel, parts: StoredParts = {}): inboxEventsV1.Event {
  const { id = newId('message'), direction = 'inbound', type = 'text', seconds = 0 } = parts
  return {
    header: header(channel, at(seconds), 'message_stored', id),
    payload: {
      $case: 'messageStored',
      value: inboxEventsV1.MessageStored.fromPartial({
        messageId: id,
        numberId: channel.numberId,
        direction,
        type,
        contentJson: '{"body":"not for us"}',
        sentAt: at(seconds),
      }),
    },
  }
}

export interface UpdatedParts {
  id: Id<'message'>
  version: number
  state: string
  /** Seconds of each. */
  accepted?: number
  sent?: number
  delivered?: number
  read?: number
  failed?: number
  errorCode?: number
  failureCode?: string
  category?: string
  direction?: 'inbound' | 'outbound'
}

/** What became of a message. */
export function updated(channel: Channel, parts: UpdatedParts): inboxEventsV1.Event {
  const time = (seconds: number | undefined) => (seconds === undefined ? undefined : at(seconds))
  const last = Math.max(
    ...[0, parts.accepted, parts.sent, parts.delivered, parts.read, parts.failed].map((s) => s ?? 0),
  )
  return {
    header: header(channel, at(last), 'message_updated', parts.id, String(parts.version)),
    payload: {
      $case: 'messageUpdated',
      value: inboxEventsV1.MessageUpdated.fromPartial({
        messageId: parts.id,
        numberId: channel.numberId,
        version: BigInt(parts.version),
        direction: parts.direction ?? 'outbound',
        state: parts.state,
        type: 'text',
        acceptedAt: time(parts.accepted),
        sentAt: time(parts.sent),
        deliveredAt: time(parts.delivered),
        readAt: time(parts.read),
        failedAt: time(parts.failed),
        ...(parts.errorCode ? { error: { code: parts.errorCode, title: 'as Meta says' } } : {}),
        ...(parts.category ? { pricing: { billable: true, category: parts.category, model: 'PMP' } } : {}),
        failureCode: parts.failureCode ?? '',
      }),
    },
  }
}

export function numberChanged(
  channel: Channel,
  parts: { version: number; state: string; seconds?: number },
): tenancyEventsV1.Event {
  return {
    header: header(
      channel,
      at(parts.seconds ?? parts.version),
      'number',
      channel.numberId,
      String(parts.version),
    ),
    payload: {
      $case: 'numberChanged',
      value: tenancyEventsV1.NumberChanged.fromPartial({
        numberId: channel.numberId,
        version: BigInt(parts.version),
        state: parts.state,
        displayPhoneNumber: '+573001112233',
        verifiedName: 'Acme',
      }),
    },
  }
}

export function endpointChanged(
  channel: Channel,
  parts: { id: string; version: number; state: string },
): automationEventsV1.Event {
  return {
    header: header(channel, at(parts.version), 'endpoint', parts.id, String(parts.version)),
    payload: {
      $case: 'webhookEndpointChanged',
      value: {
        endpointId: parts.id,
        version: BigInt(parts.version),
        state: parts.state,
        reason: 'status_500',
      },
    },
  }
}

export function ruleFired(channel: Channel, seconds: number): automationEventsV1.Event {
  const value = automationEventsV1.RuleFired.fromPartial({
    ruleId: newId('rule'),
    messageId: newId('message'),
    replyMessageId: newId('message'),
    conversationId: newId('conversation'),
    numberId: channel.numberId,
  })
  return {
    header: header(channel, at(seconds), 'rule_fired', value.messageId),
    payload: { $case: 'ruleFired', value },
  }
}
