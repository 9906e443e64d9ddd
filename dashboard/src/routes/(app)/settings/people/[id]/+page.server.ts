import type { User } from '#lib/api-types.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => ({
  person: await locals.api.get<User>(`/v1/users/${encodeURIComponent(params.id)}`),
})
