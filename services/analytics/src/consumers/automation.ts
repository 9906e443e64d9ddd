import type { Handler } from '@palomar/bus'
import type { automationEventsV1 } from '@palomar/contracts'
import { insertRecent, insertStates, type RecentEventRow } from '../db/recent-events.ts'
import { batchHandler, type Item } from './batch.ts'
import type { ConsumerDeps } from './inbox.ts'
import { instant, optionalUuid, uuid } from './parse.ts'

interface EventItem extends Item {
  event: RecentEventRow
}

/** AUTOMATION: rules that answered, endpoints that changed their state. */
export function automationHandler({ db, ...observer }: ConsumerDeps): Handler<automationEventsV1.Event> {
  return batchHandler<automationEventsV1.Event, EventItem>({
    consumer: 'automation',
    db,
    ...observer,
    parse(event) {
      const row = rowOf(event)
      return row && { tenantId: row.tenantId, key: `${row.tenantId}/${row.id}`, event: row }
    },
    async write(tx, items) {
      const events = items.map((item) => item.event)
      await insertRecent(
        tx,
        events.filter((one) => one.subject === ''),
      )
      const states = events.filter((one) => one.subject !== '')
      if (states.length > 0) await insertStates(tx, states)
    },
  })
}

function rowOf({ header, payload }: automationEventsV1.Event): RecentEventRow | undefined {
  if (!payload) return undefined
  const common = () => ({
    tenantId: uuid('tenant', header?.tenantId, 'tenant_id'),
    id: uuid('event', header?.id, 'id'),
    at: instant(header?.time, 'time'),
    numberId: null,
    messageId: null,
    conversationId: null,
    subject: '',
    version: 0n,
    state: '',
  })
  if (payload.$case === 'ruleFired') {
    const { ruleId, messageId, replyMessageId, conversationId, numberId } = payload.value
    return {
      ...common(),
      kind: 'rule_fired',
      numberId: optionalUuid('number', numberId, 'number_id'),
      messageId: optionalUuid('message', messageId, 'message_id'),
      conversationId: optionalUuid('conversation', conversationId, 'conversation_id'),
      detail: { rule_id: ruleId, reply_message_id: replyMessageId },
    }
  }
  if (payload.$case === 'webhookEndpointChanged') {
    const { endpointId, version, state, reason } = payload.value
    return {
      ...common(),
      kind: 'webhook_endpoint_changed',
      subject: endpointId,
      version,
      state,
      detail: { endpoint_id: endpointId, state, reason },
    }
  }
  return undefined
}
