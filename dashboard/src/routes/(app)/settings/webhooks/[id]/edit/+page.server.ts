import type { NumberResource, Page, WebhookEndpoint } from '#lib/api-types.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const [endpoint, numbers] = await Promise.all([
    locals.api.get<WebhookEndpoint>(`/v1/webhook-endpoints/${encodeURIComponent(params.id)}`),
    locals.api.get<Page<NumberResource>>('/v1/numbers?limit=100'),
  ])
  return { endpoint, numbers }
}
