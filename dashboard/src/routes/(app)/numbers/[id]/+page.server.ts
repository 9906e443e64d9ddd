import type { NumberResource } from '#lib/api-types.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => ({
  number: await locals.api.get<NumberResource>(`/v1/numbers/${encodeURIComponent(params.id)}`),
})
