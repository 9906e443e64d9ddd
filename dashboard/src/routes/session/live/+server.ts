import { json } from '@sveltejs/kit'
import { ApiError } from '#lib/server/api.ts'
import { GATEWAY_PUBLIC_URL } from '$app/env/private'
import type { RequestHandler } from './$types'

/** A ticket that opens one live socket, and where that socket is. */
export const POST: RequestHandler = async ({ locals }) => {
  if (!locals.session) return json({ code: 'unauthenticated' }, { status: 401 })
  try {
    const { ticket } = await locals.api.post<{ ticket: string }>('/v1/live/tickets')
    return json({ ticket, url: `${GATEWAY_PUBLIC_URL.replace(/^http/, 'ws')}/v1/live` })
  } catch (error) {
    if (error instanceof ApiError) return json(error.problem, { status: error.problem.status })
    throw error
  }
}
