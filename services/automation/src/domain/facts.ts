import { type automationEventsV1, eventIdOf, type IdKind, idFromUuid, newId } from '@palomar/contracts'

type Event = automationEventsV1.Event

/** A rule answered: told once per (rule, message), however often the answer was tried. */
export function ruleFired(
  answer: {
    tenantId: string
    ruleId: string
    messageId: string
    replyMessageId: string
    conversationId: string
    numberId: string
  },
  at: Date,
): Event {
  return {
    header: headerOf(answer.tenantId, ['rule_fired', answer.ruleId, answer.messageId], at),
    payload: {
      $case: 'ruleFired',
      value: {
        ruleId: idFromUuid('rule', answer.ruleId),
        messageId: idFromUuid('message', answer.messageId),
        replyMessageId: idFromUuid('message', answer.replyMessageId),
        conversationId: idFromUuid('conversation', answer.conversationId),
        numberId: idFromUuid('number', answer.numberId),
      },
    },
  }
}

export function endpointChanged(
  endpoint: { tenantId: string; id: string; version: bigint; state: string; reason: string },
  at: Date,
): Event {
  const { tenantId, id, version, state, reason } = endpoint
  return {
    header: headerOf(tenantId, ['webhook_endpoint', id, String(version)], at),
    payload: {
      $case: 'webhookEndpointChanged',
      value: { endpointId: idFromUuid('webhookEndpoint', id), version, state, reason },
    },
  }
}

export interface AuditFact {
  tenantId: string
  /** usr_…, key_…, or this service by its own decision. */
  actorId: string
  /** `<entity>.<past participle>`. */
  action: string
  entity: IdKind
  entityId: string
  /** Never a secret, never what a customer is told. */
  metadata: Record<string, unknown>
}

/** For the company's audit log, which tenancy keeps; once per call, however often the event travels. */
export function audited(fact: AuditFact, at: Date): Event {
  const entryId = newId('audit')
  return {
    header: headerOf(fact.tenantId, ['audited', entryId], at),
    payload: {
      $case: 'audited',
      value: {
        entryId,
        actorId: fact.actorId,
        action: fact.action,
        entity: fact.entity,
        entityId: idFromUuid(fact.entity, fact.entityId),
        metadataJson: JSON.stringify(fact.metadata),
      },
    },
  }
}

function headerOf(tenantId: string, fact: string[], time: Date) {
  return {
    id: eventIdOf('automation', ...fact),
    tenantId: idFromUuid('tenant', tenantId),
    time,
    traceparent: '',
  }
}
