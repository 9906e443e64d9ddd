/** What became of the webhooks: for the beat, which dispatcher's doubts rest on, and for graphs (O3, O5). */
import type { GatewayBeat } from '@palomar/contracts'
import type { Metrics } from '@palomar/runtime'

export const webhookResults = [
  'stored',
  'not_stored',
  'not_ready',
  'bad_signature',
  'throttled',
  'unknown_app',
  'too_large',
  'ignored',
  'aborted',
] as const
export type WebhookResult = (typeof webhookResults)[number]

/** Signed, or possibly signed, and not kept: these are ours. */
const failures: ReadonlySet<WebhookResult> = new Set(['not_stored', 'not_ready'])

export interface WebhookCounts {
  count(result: WebhookResult, seconds: number, appId?: string): void
  /** The counts since the last call. */
  take(): Pick<GatewayBeat, 'stored' | 'failed' | 'refused' | 'apps'>
}

export function createWebhookCounts(metrics: Metrics): WebhookCounts {
  const total = metrics.counter({
    name: 'webhooks_total',
    help: 'Webhook deliveries by what became of them',
    labelNames: ['result'],
  })
  const seconds = metrics.histogram({
    name: 'webhook_seconds',
    help: 'From the whole head of a delivery to its answer',
    labelNames: ['result'],
  })
  const series = new Map(
    webhookResults.map((result) => [
      result,
      { total: total.labels({ result }), seconds: seconds.labels({ result }) },
    ]),
  )
  let stored = 0
  let failed = 0
  let refused = 0
  let apps: Record<string, number> = {}
  return {
    count(result, took, appId) {
      series.get(result)?.total.inc()
      series.get(result)?.seconds.observe(took)
      if (result === 'stored') {
        stored++
        if (appId !== undefined) apps[appId] = (apps[appId] ?? 0) + 1
      } else if (failures.has(result)) failed++
      else refused++
    },
    take() {
      const counts = { stored, failed, refused, apps }
      stored = 0
      failed = 0
      refused = 0
      apps = {}
      return counts
    },
  }
}
