import type { Page, WebhookEndpoint } from '#lib/api-types.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const cursor = url.searchParams.get('cursor')
  const query = new URLSearchParams({ limit: '50', ...(cursor ? { cursor } : {}) })
  return { endpoints: await locals.api.get<Page<WebhookEndpoint>>(`/v1/webhook-endpoints?${query}`) }
}
