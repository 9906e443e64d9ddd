import { fail, redirect } from '@sveltejs/kit'
import type { Company } from '#lib/api-types.ts'
import { ApiError } from '#lib/server/api.ts'
import type { Actions } from './$types'

const fields = ['name', 'language', 'time_zone', 'country', 'admin_name', 'admin_email'] as const

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const form = await request.formData()
    const values = Object.fromEntries(fields.map((name) => [name, String(form.get(name) ?? '').trim()]))
    const { admin_name, admin_email, ...company } = values
    const password = String(form.get('admin_password') ?? '')
    try {
      await locals.api.post<Company>('/v1/companies', {
        ...company,
        ...(admin_email ? { admin: { email: admin_email, name: admin_name || admin_email, password } } : {}),
      })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return fail(error.problem.status || 503, { values, problem: error.problem })
    }
    redirect(303, '/companies')
  },
}
