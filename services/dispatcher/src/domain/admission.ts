import { type Refusal, refusal } from './refusal.ts'

/** Free text goes only into an open window; templates, and Direct Send with another category, go any time. */
export function needsWindow(type: string, category: string | undefined): boolean {
  return type !== 'template' && (category === undefined || category === 'service')
}

/** Direct Send's category in a stored body. */
export function categoryOf(content: string): string | undefined {
  if (!content.includes('"category"')) return undefined
  return (JSON.parse(content) as { category?: string }).category
}

export interface Facts {
  type: string
  category: string | undefined
  number: { state: string; tenant_state: string } | undefined
  windowExpiresAt: Date | null
  now: Date
}

/** Why this may not be sent; undefined when it may. */
export function judge({ type, category, number, windowExpiresAt, now }: Facts): Refusal | undefined {
  if (!number || number.state === 'deleted') return refusal('number_unknown', { field: 'number_id' })
  if (number.tenant_state !== 'active') return refusal('company_suspended')
  if (number.state !== 'active') return refusal('number_paused', { field: 'number_id' })
  if (needsWindow(type, category) && (!windowExpiresAt || windowExpiresAt <= now))
    return refusal('window_closed', { until: windowExpiresAt ?? undefined, alternatives: ['template'] })
  return undefined
}
