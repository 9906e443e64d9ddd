import { m } from '#lib/paraglide/messages.js'
import { getLocale } from '#lib/paraglide/runtime.js'

const stateWords: Record<string, () => string> = {
  APPROVED: m.template_state_approved,
  PENDING: m.template_state_pending,
  REJECTED: m.template_state_rejected,
  PAUSED: m.template_state_paused,
  DISABLED: m.template_state_disabled,
  IN_APPEAL: m.template_state_appeal,
}
export const templateStates = Object.keys(stateWords)
export const templateStateWord = (status: string): string => stateWords[status.toUpperCase()]?.() ?? status

export function templateStateTone(status: string): 'good' | 'warning' | 'bad' | 'neutral' {
  if (status === 'APPROVED') return 'good'
  if (status === 'REJECTED' || status === 'DISABLED') return 'bad'
  return status === 'PAUSED' ? 'warning' : 'neutral'
}

const categoryWords: Record<string, () => string> = {
  UTILITY: m.template_category_utility,
  MARKETING: m.template_category_marketing,
  AUTHENTICATION: m.template_category_authentication,
}
export const categories = Object.keys(categoryWords)
export const categoryWord = (category: string): string =>
  categoryWords[category.toUpperCase()]?.() ?? category

const qualityWords: Record<string, () => string> = {
  GREEN: m.quality_green,
  YELLOW: m.quality_yellow,
  RED: m.quality_red,
  UNKNOWN: m.quality_unknown,
}
export const qualityWord = (quality: string | null): string =>
  quality ? (qualityWords[quality.toUpperCase()]?.() ?? quality) : m.quality_unknown()
export function qualityTone(quality: string | null): 'good' | 'warning' | 'bad' | 'neutral' {
  const tones = { GREEN: 'good', YELLOW: 'warning', RED: 'bad' } as const
  return tones[(quality ?? '').toUpperCase() as keyof typeof tones] ?? 'neutral'
}

/** `es_CO` as "español (Colombia)", in the language of the page. */
export function languageWord(code: string): string {
  try {
    return new Intl.DisplayNames([getLocale()], { type: 'language' }).of(code.replace('_', '-')) ?? code
  } catch {
    return code
  }
}
