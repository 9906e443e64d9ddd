import { z } from 'zod'
import { ControlError } from '../control/control-error.ts'
import type { Simulation } from '../simulation.ts'
import type { Template } from '../world/types.ts'

const categories = ['AUTHENTICATION', 'MARKETING', 'UTILITY'] as const

/** What can be done to a template from outside, one thing or several in this order. */
export const templateChange = z.object({
  /** Or one of Meta's events: REINSTATED, FLAGGED. */
  status: z.string().optional(),
  /** Of a rejection. */
  reason: z.string().optional(),
  /** RED pauses it: three hours, six hours, for good. */
  quality: z.enum(['GREEN', 'YELLOW', 'RED', 'UNKNOWN']).optional(),
  /** It becomes this in 24 hours, of which its account hears now and then. */
  correct_category: z.enum(categories).optional(),
  /** Meta says that this would be right, and does nothing. */
  detected_category: z.enum(categories).optional(),
})
export type TemplateChange = z.output<typeof templateChange>

export function changeTemplate(
  simulation: Simulation,
  [wabaId, name, language]: readonly [wabaId: string, name: string, language: string],
  { status, reason, quality, correct_category, detected_category }: TemplateChange,
): Template {
  const template = simulation.world.template(wabaId, name, language)
  if (!template) throw new ControlError(`account ${wabaId} has no template ${name} in ${language}`)
  const { life } = simulation.templates
  if (status !== undefined) life.setStatus(template, status, reason === undefined ? {} : { reason })
  if (quality !== undefined) life.setQuality(template, quality)
  if (correct_category !== undefined) life.recategorise(template, correct_category)
  if (detected_category !== undefined) life.detect(template, detected_category)
  return template
}
