import type { Company, Page } from '#lib/api-types.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const cursor = url.searchParams.get('cursor')
  const query = new URLSearchParams({ limit: '50', ...(cursor ? { cursor } : {}) })
  return { companies: await locals.api.get<Page<Company>>(`/v1/companies?${query}`) }
}
