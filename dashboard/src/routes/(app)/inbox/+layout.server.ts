import type { Conversation, NumberResource, Page } from '#lib/api-types.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals, url }) => {
  const filter = {
    number_id: url.searchParams.get('number_id') ?? '',
    unread: url.searchParams.get('unread') === 'true',
  }
  const query = new URLSearchParams({ limit: '50' })
  if (filter.number_id) query.set('number_id', filter.number_id)
  if (filter.unread) query.set('unread', 'true')
  const [conversations, numbers] = await Promise.all([
    locals.api.get<Page<Conversation>>(`/v1/conversations?${query}`),
    locals.api.get<Page<NumberResource>>('/v1/numbers?limit=200'),
  ])
  return { conversations, numbers: numbers.data, filter }
}
