import type { Conversation, Message, Page } from '#lib/api-types.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const id = encodeURIComponent(params.id)
  const [conversation, messages] = await Promise.all([
    locals.api.get<Conversation>(`/v1/conversations/${id}`),
    locals.api.get<Page<Message>>(`/v1/conversations/${id}/messages?limit=50`),
  ])
  return { conversation, messages }
}
