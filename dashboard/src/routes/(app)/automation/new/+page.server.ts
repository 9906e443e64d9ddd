import type { NumberResource, Page } from '#lib/api-types.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals }) => {
  return { numbers: await locals.api.get<Page<NumberResource>>('/v1/numbers?limit=100') }
}
