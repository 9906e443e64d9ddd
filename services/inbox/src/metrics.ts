import type { Counter, Gauge, Histogram, Metrics } from '@palomar/runtime'
import type { Facts } from './domain/facts.ts'

export interface InboxMetrics {
  /** Alert over 30 s: what is stored here does not reach the others. */
  outboxAge: Gauge
  dead: Counter
  /** Volume, and how much of it fails. */
  messages: Counter
  states: Counter
  notifications: Counter
  /** What an agent waits for a customer's message, but for the socket. Goal: 99 % within 50 ms at 300/s (P3). */
  webhookAge: Histogram
}

export function createInboxMetrics(metrics: Metrics): InboxMetrics {
  return {
    outboxAge: metrics.gauge({
      name: 'outbox_oldest_age_seconds',
      help: 'Age of the oldest row of the outbox, by lane: durable, live',
      labelNames: ['lane'],
    }),
    dead: metrics.counter({
      name: 'inbox_dead_events_total',
      help: 'Events kept as dead letters because of what they say, by consumer',
      labelNames: ['consumer'],
    }),
    messages: metrics.counter({
      name: 'inbox_messages_total',
      help: 'Messages stored, each once, by direction',
      labelNames: ['direction'],
    }),
    states: metrics.counter({
      name: 'inbox_states_total',
      help: 'Changes of messages of ours that were stored, by the state they led to',
      labelNames: ['state'],
    }),
    notifications: metrics.counter({
      name: 'inbox_notifications_total',
      help: 'Notifications made',
    }),
    webhookAge: metrics.histogram({
      name: 'inbox_webhook_to_commit_seconds',
      help: 'From the arrival of the oldest webhook of a batch to the commit of what it said, by consumer',
      labelNames: ['consumer'],
      buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
    }),
  }
}

/** Counts what a transaction had to say, once it has committed. */
export function countFacts(metrics: InboxMetrics, { events, frames }: Facts): void {
  for (const { payload } of events) {
    if (payload?.$case === 'messageStored') metrics.messages.inc({ direction: payload.value.direction })
    if (payload?.$case === 'messageUpdated') metrics.states.inc({ state: payload.value.state })
  }
  for (const { kind } of frames) if (kind === 'notification.created') metrics.notifications.inc()
}
