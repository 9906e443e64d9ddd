import { between, oneOf, type SettingRule } from '../setting-rules.ts'

/** Threads, where Meta's pages of 2026 differ. */
export interface RoutingSettings {
  /** Who takes a thread by a service message: the escalation partner (Oct 2026), or whoever sends one (Aug 2026). */
  serviceTakes: 'escalation' | 'anyone'
  /** What is refused while a thread is another's (131070): service messages, or templates as well. */
  refusedElsewhere: 'service' | 'everything'
  /** So long after a customer's last word a thread is nobody's. Source: docs.kapso.ai, "Conversation routing". */
  threadIdleMs: number
}

export const defaultRouting: Readonly<RoutingSettings> = {
  serviceTakes: 'escalation',
  refusedElsewhere: 'service',
  threadIdleMs: 24 * 3_600_000,
}

export const routingRules: Readonly<Record<keyof RoutingSettings, SettingRule>> = {
  serviceTakes: oneOf('escalation', 'anyone'),
  refusedElsewhere: oneOf('service', 'everything'),
  threadIdleMs: between(0, 30 * 86_400_000),
}
