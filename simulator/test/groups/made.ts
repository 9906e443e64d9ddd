import { demo, text, type World } from '../harness.ts'
import { type Graph, startStillWorld, valuesOf } from '../still-world.ts'

export const { phoneNumberId, customer: lucia } = demo
export const martin = '5491156384310'
export const beatriz = '553180000011'
export const product = { messaging_product: 'whatsapp' }

export const groupIn = (value: Record<string, unknown> | undefined) =>
  ((value?.groups as Record<string, unknown>[] | undefined) ?? [])[0] ?? {}
export const last = (world: World, field: string) => groupIn(valuesOf(world, field).at(-1))
export const statusesIn = (world: World) =>
  valuesOf(world, 'messages').filter(({ statuses }) => statuses !== undefined)

export interface Made {
  world: World
  graph: Graph
  id: string
  link: string
  requestId: string
}

/** A group, as its webhook told of it, with some people in it. */
export async function makeGroup(about: Record<string, unknown> = {}, people: string[] = []): Promise<Made> {
  const { world, graph } = startStillWorld()
  const answer = await graph('POST', `${phoneNumberId}/groups`, { ...product, subject: 'Equipo', ...about })
  await world.control.advance(1_000)
  const { group_id: id, invite_link: link } = last(world, 'group_lifecycle_update') as Record<string, string>
  if (!id || !link) throw new Error(`no group: ${JSON.stringify(answer)}`)
  for (const waId of people) world.control.groups.join(link, waId)
  await world.control.advance(100)
  return { world, graph, id, link, requestId: String(answer.json.request_id) }
}

export const toGroup = (id: string, body: Record<string, unknown> = text) => ({
  recipient_type: 'group',
  to: id,
  ...body,
})
