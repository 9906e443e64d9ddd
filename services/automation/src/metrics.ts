import type { Counter, Gauge, Histogram, Metrics } from '@palomar/runtime'

export interface AutomationMetrics {
  /** Alert over 30 s: what is decided here does not reach the others. */
  outboxAge: Gauge
  dead: Counter
  facts: Counter
  answers: Counter
  deliveries: Counter
  deliverySeconds: Histogram
  /** Alert over 60 s: endpoints that work are waiting. */
  oldestDue: Gauge
}

export function createAutomationMetrics(metrics: Metrics): AutomationMetrics {
  return {
    outboxAge: metrics.gauge({
      name: 'outbox_oldest_age_seconds',
      help: 'Age of the oldest row of the outbox, by lane: durable, live',
      labelNames: ['lane'],
    }),
    dead: metrics.counter({
      name: 'automation_dead_events_total',
      help: 'Events kept as dead letters because of what they say, by consumer',
      labelNames: ['consumer'],
    }),
    facts: metrics.counter({
      name: 'automation_facts_total',
      help: 'Facts of inbox that a rule or an endpoint may want, by outcome: new, seen_before, too_old',
      labelNames: ['outcome'],
    }),
    answers: metrics.counter({
      name: 'automation_rule_answers_total',
      help: 'Matches of rules, by outcome: decided, cooldown, loop_protection, then accepted, refused, expired, postponed',
      labelNames: ['outcome'],
    }),
    deliveries: metrics.counter({
      name: 'automation_webhook_deliveries_total',
      help: 'Tries of outbound webhooks, by outcome: delivered, again, failed, gone, released',
      labelNames: ['outcome'],
    }),
    deliverySeconds: metrics.histogram({
      name: 'automation_webhook_request_seconds',
      help: 'How long endpoints took to answer',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    }),
    oldestDue: metrics.gauge({
      name: 'automation_oldest_due_seconds',
      help: 'How long the oldest row that is due has waited, by queue: answers, deliveries',
      labelNames: ['queue'],
    }),
  }
}
