import type { NumberResource, Page } from '#lib/api-types.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const cursor = url.searchParams.get('cursor')
  const query = new URLSearchParams({ limit: '50', ...(cursor ? { cursor } : {}) })
  return { numbers: await locals.api.get<Page<NumberResource>>(`/v1/numbers?${query}`) }
}
