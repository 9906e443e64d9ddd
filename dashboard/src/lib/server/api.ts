import type { Problem } from '#lib/api-types.ts'
import { GATEWAY_URL } from '$app/env/private'
import type { Session } from './session.ts'

/** A refusal of the gateway's, with its problem+json. */
export class ApiError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail ?? problem.code)
    this.problem = problem
  }
}

/** The gateway's HTTP API on behalf of one session (or of nobody, before login). */
export interface Api {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
  patch<T>(path: string, body: unknown): Promise<T>
  /** The gateway's answer as it is, for the proxy. */
  raw(path: string, init: RequestInit, deadlineMs?: number): Promise<Response>
}

/** Longer than the gateway's own deadlines, so that its answer wins. */
const deadlineMs = 20_000

export function createApi(fetcher: typeof fetch, session?: Session): Api {
  const raw = async (path: string, init: RequestInit, forMs = deadlineMs): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (session) headers.set('authorization', `Bearer ${session.access}`)
    if (session?.actingTenant) headers.set('x-tenant-id', session.actingTenant.id)
    try {
      return await fetcher(`${GATEWAY_URL}${path}`, {
        ...init,
        headers,
        signal: AbortSignal.timeout(forMs),
      })
    } catch {
      throw new ApiError({ status: 503, code: 'unavailable', detail: 'The gateway does not answer.' })
    }
  }
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const init: RequestInit = { method }
    if (body !== undefined) {
      init.body = JSON.stringify(body)
      init.headers = { 'content-type': 'application/json' }
    }
    const response = await raw(path, init)
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T
    throw new ApiError(await problemOf(response))
  }
  return {
    raw,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body ?? {}),
    patch: (path, body) => call('PATCH', path, body),
  }
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    return { ...((await response.json()) as Problem), status: response.status }
  } catch {
    return { status: response.status, code: 'unavailable' }
  }
}
