/** Graph's error body and headers. Source: Meta, "Error codes". */
export interface GraphErrorBody {
  code: number
  subcode?: number
  type?: string
  title: string
  details?: string
  status?: number
}

export function graphError(error: GraphErrorBody): Response {
  const body = {
    error: {
      message: `(#${error.code}) ${error.title}`,
      type: error.type ?? 'OAuthException',
      code: error.code,
      ...(error.subcode === undefined ? {} : { error_subcode: error.subcode }),
      ...(error.details === undefined
        ? {}
        : { error_data: { messaging_product: 'whatsapp', details: error.details } }),
      fbtrace_id: traceId(),
    },
  }
  return graphJson(body, error.status ?? 400)
}

export function graphJson(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      'facebook-api-version': 'v23.0',
      'x-fb-trace-id': traceId(),
    },
  })
}

/** An id that does not exist or belongs to someone else looks the same. */
export function unknownObject(id: string): Response {
  return graphError({
    code: 100,
    subcode: 33,
    type: 'GraphMethodException',
    title: `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
  })
}

let traces = 0
function traceId(): string {
  traces += 1
  return `A${traces.toString(36).padStart(10, '0')}`
}
