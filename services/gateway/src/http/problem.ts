import { type Problem, toProblem } from '@palomar/errors'
import { SendRefused } from './v1/refusal.ts'

/** Any error as an `application/problem+json` answer; only public text leaves. */
export function problemResponse(
  error: unknown,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  const { status, body } = toProblem(error, requestId)
  const whole = error instanceof SendRefused ? { ...body, alternatives: error.alternatives } : body
  return problemOf(status, whole, headers)
}

function problemOf(status: number, body: Problem, headers: Record<string, string>): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', ...retryHeader(status, body), ...headers },
  })
}

/** What is throttled or away for the moment says when to come back; a known end wins over the guess. */
function retryHeader(status: number, body: Problem): Record<string, string> {
  if (status !== 429 && status !== 503) return {}
  const untilMs = body.until === undefined ? Number.NaN : Date.parse(body.until)
  const seconds = Number.isNaN(untilMs) ? 1 : Math.max(1, Math.ceil((untilMs - Date.now()) / 1000))
  return { 'retry-after': String(seconds) }
}
