import type { Counter, Gauge, Metrics } from '@palomar/runtime'

export interface TenancyMetrics {
  /** Alert: `refused` and `blocked` rise together when somebody guesses passwords. */
  logins: Counter
  /** Alert: over 30 s events do not leave (CONTRACTS 5). */
  outboxAge: Gauge
  /** Alert: 0 for minutes means that gateways that start now are not ready (CONTRACTS 14). */
  appSnapshotWritten: Gauge
}

export function createTenancyMetrics(metrics: Metrics, appSnapshotWritten: () => boolean): TenancyMetrics {
  return {
    logins: metrics.counter({
      name: 'tenancy_logins_total',
      help: 'Attempts to sign in with a password, by result: ok, refused, blocked',
      labelNames: ['result'],
    }),
    outboxAge: metrics.gauge({
      name: 'tenancy_outbox_age_seconds',
      help: 'Age of the oldest outbox row, by lane: durable, live',
      labelNames: ['lane'],
    }),
    appSnapshotWritten: metrics.gauge({
      name: 'tenancy_app_snapshot_written',
      help: '1 when the last writing of the APP_SECRETS snapshot succeeded',
      collect: (gauge) => gauge.set(appSnapshotWritten() ? 1 : 0),
    }),
  }
}
