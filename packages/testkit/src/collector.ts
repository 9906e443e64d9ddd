/** A span as an OTLP/HTTP exporter sent it. Ids are hex. */
export interface CollectedSpan {
  service: string
  name: string
  traceId: string
  spanId: string
  /** Empty on a root. */
  parentSpanId: string
  attributes: Record<string, unknown>
  /** Other traces that it belongs to. */
  links: { traceId: string; spanId: string }[]
}

export interface Collector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string
  spans(): CollectedSpan[]
  /** Answers this status from now on, as a collector in trouble does. */
  answer(status: number): void
  stop(): Promise<void>
}

interface Attribute {
  key: string
  value: Record<string, unknown>
}
type SentSpan = Omit<CollectedSpan, 'service' | 'attributes' | 'links'> & {
  attributes?: Attribute[]
  links?: CollectedSpan['links']
}
interface Traces {
  resourceSpans: {
    resource: { attributes: Attribute[] }
    scopeSpans: { spans: SentSpan[] }[]
  }[]
}

/** Stands for an OpenTelemetry collector: takes OTLP/HTTP JSON and shows what came. */
export function collector(): Collector {
  const collected: CollectedSpan[] = []
  let status = 200
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      if (new URL(request.url).pathname !== '/v1/traces') return new Response(null, { status: 404 })
      if (status === 200) collected.push(...spansOf((await request.json()) as Traces))
      return Response.json({}, { status })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    spans: () => collected,
    answer: (next) => {
      status = next
    },
    stop: () => server.stop(true),
  }
}

function spansOf(traces: Traces): CollectedSpan[] {
  return traces.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name'] ?? '')
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ name, traceId, spanId, parentSpanId, attributes, links }) => ({
        service,
        name,
        traceId,
        spanId,
        parentSpanId: parentSpanId ?? '',
        attributes: valuesOf(attributes ?? []),
        links: (links ?? []).map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
      })),
    )
  })
}

/** OTLP wraps each value in its type: `{ stringValue: 'x' }`. */
function valuesOf(attributes: Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
