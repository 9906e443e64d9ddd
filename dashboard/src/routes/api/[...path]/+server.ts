import { json } from '@sveltejs/kit'
import { ApiError } from '#lib/server/api.ts'
import type { RequestHandler } from './$types'

/** What a browser call may carry to the gateway and what comes back; the credential is added here. */
const requestHeaders = ['content-type', 'idempotency-key', 'accept']
const responseHeaders = ['content-type', 'x-request-id', 'retry-after']
/** The gateway's own limit for JSON bodies. */
const bodyBytesMax = 1024 * 1024

/** The /v1 API for the dashboard's own pages: same origin, the session's credential, nothing else added. */
const proxy: RequestHandler = async ({ request, params, url, locals }) => {
  if (!locals.session) return json({ status: 401, code: 'unauthenticated' }, { status: 401 })
  const headers = new Headers()
  for (const name of requestHeaders) {
    const value = request.headers.get(name)
    if (value) headers.set(name, value)
  }
  const init: RequestInit = { method: request.method, headers }
  if (request.method !== 'GET') {
    const body = await request.arrayBuffer()
    if (body.byteLength > bodyBytesMax)
      return json({ status: 413, code: 'payload_too_large' }, { status: 413 })
    init.body = body
  }
  try {
    const answer = await locals.api.raw(`/v1/${params.path}${url.search}`, init)
    const out = new Headers({ 'cache-control': 'no-store' })
    for (const name of responseHeaders) {
      const value = answer.headers.get(name)
      if (value) out.set(name, value)
    }
    return new Response(answer.body, { status: answer.status, headers: out })
  } catch (error) {
    if (error instanceof ApiError) return json(error.problem, { status: error.problem.status })
    throw error
  }
}

export const GET = proxy
export const POST = proxy
export const PATCH = proxy
export const PUT = proxy
export const DELETE = proxy
