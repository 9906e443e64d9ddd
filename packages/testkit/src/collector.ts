/** A span as an OTLP/HTTP exporter sent it. Ids are hex. */
export interface CollectedSpan {
  service: string
  name: string
  traceId: string
  spanId: string
  /** Empty on a root. */
  parentSpanId: string
  attributes: Record<string, unknown>
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
interface Traces {
  resourceSpans: {
    resource: { attributes: Attribute[] }
    scopeSpans: { spans: (Omit<CollectedSpan, 'service' | 'attributes'> & { attributes?: Attribute[] })[] }[]
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
      spans.map(({ name, traceId, spanId, parentSpanId, attributes }) => ({
        service,
        name,
        traceId,
        spanId,
        parentSpanId: parentSpanId ?? '',
        attributes: valuesOf(attributes ?? []),
      })),
    )
  })
}

/** OTLP wraps each value in its type: `{ stringValue: 'x' }`. */
function valuesOf(attributes: Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
