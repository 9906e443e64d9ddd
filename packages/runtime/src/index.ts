export { type Admin, type AdminOptions, type Check, createAdmin } from './admin.ts'
export { backoff } from './backoff.ts'
export { type Clock, systemClock } from './clock.ts'
export {
  ConfigError,
  type ConfigRow,
  configTable,
  describeConfig,
  type Env,
  loadConfig,
  serviceVars,
  vars,
} from './config.ts'
export { type Context, currentContext, runWithContext } from './context.ts'
export { createLifecycle, type Lifecycle, type LifecycleOptions } from './lifecycle.ts'
export {
  createLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  logLevels,
} from './logger.ts'
export {
  type Counter,
  createMetrics,
  type Gauge,
  type GaugeOptions,
  type Histogram,
  type HistogramOptions,
  type MetricOptions,
  type Metrics,
} from './metrics.ts'
export { redact, redactText } from './redact.ts'
export type { CounterSeries, GaugeSeries, HistogramSeries, Labels } from './series.ts'
export {
  extractTraceparent,
  initTracing,
  injectTraceparent,
  type SpanOptions,
  type TracingOptions,
  withSpan,
} from './tracing.ts'
