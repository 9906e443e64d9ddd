import { canSend, needsWindow, type SendMessage, type TemplateDefinition } from '@palomar/cloud-api'
import type { Refusal } from './refusal.ts'

export interface Facts {
  message: SendMessage
  number: { state: string; tenant_state: string } | undefined
  /** Null: never opened, as far as is known. */
  windowExpiresAt: Date | null
  /** As Meta lists it, if that is known and recent. */
  template: TemplateDefinition | undefined
  now: Date
}

/** Why this may not be sent; undefined when it may, as far as is known. */
export function judge({ message, number, windowExpiresAt, template, now }: Facts): Refusal | undefined {
  const decision = canSend(message, {
    now,
    number,
    ...(number && { tenant: { state: number.tenant_state } }),
    window: { expiresAt: windowExpiresAt },
    ...(template && { template }),
    ...(template && { recipient: { templateCategory: template.category } }),
  })
  if (decision.ok) return undefined
  const { code, detail, field = '', until, alternatives } = decision
  return { code, detail, field, until, alternatives }
}

/** Whether a stored message goes only into an open window. */
export function rowNeedsWindow({ type, content }: { type: SendMessage['type']; content: string }): boolean {
  // Only Direct Send names a category; most bodies need not be read for this.
  if (!content.includes('"category"')) return needsWindow({ type })
  const { category } = JSON.parse(content) as Pick<SendMessage, 'category'>
  return needsWindow({ type, ...(category && { category }) })
}
