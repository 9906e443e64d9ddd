import { fail } from '@sveltejs/kit'
import type { App, Page } from '#lib/api-types.ts'
import { ApiError } from '#lib/server/api.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const cursor = url.searchParams.get('cursor')
  const query = new URLSearchParams({ limit: '50', ...(cursor ? { cursor } : {}) })
  return { apps: await locals.api.get<Page<App>>(`/v1/apps?${query}`) }
}

export const actions: Actions = {
  /** A new secret joins the old one, which still verifies until the next rotation. */
  rotate: async ({ request, locals }) => {
    const form = await request.formData()
    const id = encodeURIComponent(String(form.get('id') ?? ''))
    try {
      await locals.api.post(`/v1/apps/${id}/rotate-secret`, {
        app_secret: String(form.get('app_secret') ?? '').trim(),
      })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return fail(error.problem.status || 503, { id, problem: error.problem })
    }
    return { id, rotated: true }
  },
}
