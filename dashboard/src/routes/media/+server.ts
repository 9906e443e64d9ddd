import { json } from '@sveltejs/kit'
import { ApiError } from '#lib/server/api.ts'
import type { RequestHandler } from './$types'

/** 100 MB over a slow line. */
const deadlineMs = 15 * 60_000
const responseHeaders = ['content-type', 'x-request-id', 'retry-after', 'location']

/** A file on its way to the gateway, as it comes; nothing of it is kept here. */
export const POST: RequestHandler = async ({ request, url, locals }) => {
  if (!locals.session) return json({ status: 401, code: 'unauthenticated' }, { status: 401 })
  const headers = new Headers()
  for (const name of ['content-type', 'content-length']) {
    const value = request.headers.get(name)
    if (value) headers.set(name, value)
  }
  try {
    const init = { method: 'POST', headers, body: request.body, duplex: 'half' } as RequestInit
    const answer = await locals.api.raw(`/v1/media${url.search}`, init, deadlineMs)
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
