import { fail, redirect } from '@sveltejs/kit'
import type { LoginAnswer } from '#lib/api-types.ts'
import { ApiError } from '#lib/server/api.ts'
import { sessionOf, writeSession } from '#lib/server/session.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = ({ locals, url }) => {
  if (locals.session) redirect(303, '/inbox')
  return { next: safeNext(url) }
}

function safeNext(url: URL): string {
  const next = url.searchParams.get('next') ?? ''
  return next.startsWith('/') && !next.startsWith('//') ? next : '/inbox'
}

export const actions: Actions = {
  default: async ({ request, locals, cookies, url }) => {
    const form = await request.formData()
    const email = String(form.get('email') ?? '').trim()
    const password = String(form.get('password') ?? '')
    const tenantId = String(form.get('tenant_id') ?? '')
    try {
      const answer = await locals.api.post<LoginAnswer>('/v1/auth/login', {
        email,
        password,
        ...(tenantId ? { tenant_id: tenantId } : {}),
      })
      const session = sessionOf(answer)
      // The form keeps what was typed (in the page, not in this answer) and is posted again with the company.
      if (!session) return { email, memberships: answer.memberships }
      writeSession(cookies, session)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return fail(error.problem.status >= 400 ? error.problem.status : 503, { email, problem: error.problem })
    }
    redirect(303, safeNext(url))
  },
}
