import { fail, redirect } from '@sveltejs/kit'
import type { App } from '#lib/api-types.ts'
import { ApiError } from '#lib/server/api.ts'
import type { Actions } from './$types'

const fields = ['name', 'slug', 'meta_app_id'] as const

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const form = await request.formData()
    const values = Object.fromEntries(fields.map((name) => [name, String(form.get(name) ?? '').trim()]))
    try {
      // The secret is not sent back into the page.
      await locals.api.post<App>('/v1/apps', {
        ...values,
        app_secret: String(form.get('app_secret') ?? '').trim(),
      })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return fail(error.problem.status || 503, { values, problem: error.problem })
    }
    redirect(303, '/apps')
  },
}
