import { fail, redirect } from '@sveltejs/kit'
import type { NumberResource } from '#lib/api-types.ts'
import { ApiError } from '#lib/server/api.ts'
import type { Actions } from './$types'

const fields = [
  'name',
  'display_phone_number',
  'phone_number_id',
  'meta_waba_id',
  'meta_business_id',
] as const

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const form = await request.formData()
    const values = Object.fromEntries(fields.map((name) => [name, String(form.get(name) ?? '').trim()]))
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
    try {
      const token = String(form.get('access_token') ?? '').trim()
      await locals.api.post<NumberResource>('/v1/numbers', { ...filled, access_token: token })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // The token is not sent back into the page.
      return fail(error.problem.status || 503, { values, problem: error.problem })
    }
    redirect(303, '/numbers')
  },
}
