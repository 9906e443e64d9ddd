import type { Problem } from './api-types.ts'

/** A refused call; `problem.detail` is written for people. */
export class CallError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail ?? problem.code)
    this.problem = problem
  }
}

/** Calls the gateway's /v1 API through the dashboard's own origin; `path` starts behind /v1/. */
export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const init: RequestInit = { method, headers }
  if (body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers = { ...headers, 'content-type': 'application/json' }
  }
  let response: Response
  try {
    response = await fetch(`/api/${path}`, init)
  } catch {
    throw new CallError({ status: 0, code: 'offline' })
  }
  const json: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined)
  if (response.ok) return json as T
  throw new CallError({
    code: 'unavailable',
    ...(json as Partial<Problem> | undefined),
    status: response.status,
  })
}
