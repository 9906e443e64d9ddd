import { redirect } from '@sveltejs/kit'
import { clearSession } from '#lib/server/session.ts'
import type { RequestHandler } from './$types'

export const POST: RequestHandler = async ({ locals, cookies }) => {
  if (locals.session) {
    // The cookie goes in any case; a family that could not be ended now ends by its own expiry.
    await locals.api.post('/v1/auth/logout', { refresh_token: locals.session.refresh }).catch(() => undefined)
  }
  clearSession(cookies)
  redirect(303, '/login')
}
