import type { SendMessage } from '@palomar/cloud-api'

/** In the order in which a lane serves them. */
export const laneClasses = ['authentication', 'reply', 'utility', 'marketing'] as const
export type LaneClass = (typeof laneClasses)[number]

export const laneClassRank = (laneClass: LaneClass): number => laneClasses.indexOf(laneClass)
export const laneClassAt = (rank: number): LaneClass => laneClasses[rank] ?? 'marketing'

/**
 * The class of a message. A template has its category's, which is not in the message: until its category is
 * known it counts as utility. Direct Send names the category itself. All else is a reply in an open window.
 */
export function laneClassOf(
  message: Pick<SendMessage, 'type' | 'category'>,
  templateCategory: string | undefined,
): LaneClass {
  const category = (message.category ?? templateCategory ?? '').toLowerCase()
  if (category === 'authentication' || category === 'marketing' || category === 'utility') return category
  return message.type === 'template' ? 'utility' : 'reply'
}
