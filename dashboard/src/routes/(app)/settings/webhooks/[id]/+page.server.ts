import type { NumberResource, Page, WebhookDelivery, WebhookEndpoint } from '#lib/api-types.ts'
import type { PageServerLoad } from './$types'

const states = ['pending', 'delivered', 'failed']

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const path = `/v1/webhook-endpoints/${encodeURIComponent(params.id)}`
  const cursor = url.searchParams.get('cursor')
  const asked = url.searchParams.get('state') ?? ''
  const state = states.includes(asked) ? asked : ''
  const query = new URLSearchParams({
    limit: '50',
    ...(cursor ? { cursor } : {}),
    ...(state ? { state } : {}),
  })
  const [endpoint, deliveries, numbers] = await Promise.all([
    locals.api.get<WebhookEndpoint>(path),
    locals.api.get<Page<WebhookDelivery>>(`${path}/deliveries?${query}`),
    locals.api.get<Page<NumberResource>>('/v1/numbers?limit=100'),
  ])
  return { endpoint, deliveries, numbers, state }
}
