/** Headers of every answer: what browsers may do with it, and which origins may read it. */

/** An API answer is data and nothing else: never sniffed, framed, run or stored. */
const securityHeaders: readonly [string, string][] = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['strict-transport-security', 'max-age=31536000; includeSubDomains'],
  ['cross-origin-resource-policy', 'same-site'],
]

export function secure(headers: Headers): void {
  for (const [name, value] of securityHeaders) if (!headers.has(name)) headers.set(name, value)
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
}

const methods = 'GET, POST, PUT, PATCH, DELETE, OPTIONS'
const requestHeaders =
  'Content-Type, Authorization, X-Requested-With, X-Api-Key, X-Tenant-Id, X-Request-Id, Idempotency-Key, traceparent'
const exposedHeaders =
  'X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Idempotency-Replayed, Location'

export interface Cors {
  /** Adds what lets this origin read the answer; nothing for an origin that is not listed. */
  apply(origin: string | null, headers: Headers): void
  /** The answer to a preflight. */
  preflight(origin: string | null): Response
}

/** X6: exact origins, never a pattern and never `*`, since answers may be read with credentials. */
export function createCors(allowedOrigins: readonly string[]): Cors {
  const allowed = new Set(allowedOrigins)
  function apply(origin: string | null, headers: Headers): void {
    headers.append('vary', 'Origin')
    if (origin === null || !allowed.has(origin)) return
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-credentials', 'true')
    headers.set('access-control-expose-headers', exposedHeaders)
  }
  return {
    apply,
    preflight(origin) {
      const headers = new Headers()
      apply(origin, headers)
      if (headers.has('access-control-allow-origin')) {
        headers.set('access-control-allow-methods', methods)
        headers.set('access-control-allow-headers', requestHeaders)
        headers.set('access-control-max-age', '600')
      }
      return new Response(null, { status: 204, headers })
    },
  }
}
