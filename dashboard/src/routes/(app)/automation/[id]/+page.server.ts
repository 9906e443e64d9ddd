import type { NumberResource, Page, Rule } from '#lib/api-types.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const [rule, numbers] = await Promise.all([
    locals.api.get<Rule>(`/v1/rules/${encodeURIComponent(params.id)}`),
    locals.api.get<Page<NumberResource>>('/v1/numbers?limit=100'),
  ])
  return { rule, numbers }
}
