import type { WebhookEvent } from '#lib/api-types.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => ({
  event: await locals.api.get<WebhookEvent & { raw: unknown; raw_text: string }>(
    `/v1/webhook-events/${encodeURIComponent(params.id)}`,
  ),
})
