import { json } from '@sveltejs/kit'
import { ApiError } from '#lib/server/api.ts'
import type { RequestHandler } from './$types'

const deadlineMs = 15 * 60_000
const requestHeaders = ['range', 'if-range', 'if-none-match']
const responseHeaders = [
  'content-type',
  'content-length',
  'content-range',
  'content-disposition',
  'accept-ranges',
  'etag',
  'last-modified',
  'x-request-id',
]

/** A file's bytes for an element of the page: same origin, the session's credential, ranges passed through. */
export const GET: RequestHandler = async ({ request, params, locals }) => {
  if (!locals.session) return json({ status: 401, code: 'unauthenticated' }, { status: 401 })
  const headers = new Headers()
  for (const name of requestHeaders) {
    const value = request.headers.get(name)
    if (value) headers.set(name, value)
  }
  try {
    const answer = await locals.api.raw(
      `/v1/media/${encodeURIComponent(params.id)}/content`,
      { headers },
      deadlineMs,
    )
    // A stranger's bytes on our own origin: never sniffed, never run. Kept for this session's cookie alone.
    const out = new Headers({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': answer.ok ? 'private, max-age=3600' : 'no-store',
      vary: 'Cookie',
    })
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
