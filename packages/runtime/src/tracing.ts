/**
 * Tracing: a thin layer of ours over OpenTelemetry, because automatic instrumentation does not work in bundles. The
 * current span travels as `traceparent` of the request context, the same text that goes over gRPC, NATS and into
 * events; there is no second context to keep in step.
 */
import {
  type Attributes,
  type Context as OtelContext,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { currentContext, runWithContext } from './context.ts'

export interface TracingOptions {
  service: string
  /** OTLP/HTTP base, such as `http://collector:4318`; without it no span is made. */
  endpoint?: string | undefined
  /** For tests. */
  processor?: SpanProcessor
}

let tracer: Tracer | undefined

/** Turns tracing on for this process. `stop` sends what is left. Losing the collector loses spans, nothing else. */
export function initTracing(options: TracingOptions): { stop(): Promise<void> } {
  if (!options.endpoint && !options.processor) return { stop: async () => {} }
  const processor = options.processor ?? otlpProcessor(options.endpoint ?? '')
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.service }),
    spanProcessors: [processor],
  })
  const mine = provider.getTracer('palomar')
  tracer = mine
  return {
    async stop() {
      if (tracer === mine) tracer = undefined
      await provider.shutdown().catch(() => {})
    },
  }
}

function otlpProcessor(endpoint: string): SpanProcessor {
  return new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({
      url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
      timeoutMillis: 5_000,
    }),
    // Spans over 4,096 waiting are dropped: memory stays flat while the collector is away.
    maxQueueSize: 4_096,
    maxExportBatchSize: 512,
    scheduledDelayMillis: 2_000,
  })
}

export type SpanOptions = {
  kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  /** `traceparent`s of other work this span belongs to: a batch has many origins and no single parent. */
  links?: readonly string[]
}

const kinds: Record<NonNullable<SpanOptions['kind']>, SpanKind> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}

/**
 * Runs `fn` in a span below the one in hand. Off, it costs one comparison. Attributes are never message text, tokens
 * or phone numbers.
 */
export function withSpan<T>(
  name: string,
  attrs: Attributes,
  fn: () => Promise<T>,
  options: SpanOptions = {},
): Promise<T> {
  if (!tracer) return fn()
  const context = currentContext()
  const parent = extractTraceparent(context?.traceparent)
  const links = (options.links ?? []).flatMap((link) => {
    const linked = trace.getSpanContext(extractTraceparent(link))
    return linked ? [{ context: linked }] : []
  })
  const span = tracer.startSpan(
    name,
    { attributes: attrs, kind: kinds[options.kind ?? 'internal'], links },
    parent,
  )
  const traceparent = traceparentOf(span.spanContext())
  return runWithContext({ requestId: context?.requestId ?? '', ...context, traceparent }, async () => {
    try {
      return await fn()
    } catch (error) {
      // The name alone: an error's text may quote data.
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' })
      throw error
    } finally {
      span.end()
    }
  })
}

/** The `traceparent` to send with an outgoing call or event; undefined when there is none. */
export function injectTraceparent(): string | undefined {
  return currentContext()?.traceparent
}

const traceparentForm = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** The remote parent a `traceparent` names; the root for none or a malformed one (W3C: start a new trace). */
export function extractTraceparent(header: string | undefined): OtelContext {
  const match = header === undefined ? null : traceparentForm.exec(header)
  if (!match) return ROOT_CONTEXT
  const [, traceId = '', spanId = '', flags = ''] = match
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return ROOT_CONTEXT
  const remote: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return trace.setSpanContext(ROOT_CONTEXT, remote)
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}
