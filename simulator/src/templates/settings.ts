import { between, oneOf, type SettingRule } from '../setting-rules.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const monthsMs = 400 * dayMs

/** Why a review refuses. Source: Meta, "message_template_status_update webhook reference". */
export const rejections = [
  'ABUSIVE_CONTENT',
  'INCORRECT_CATEGORY',
  'INVALID_FORMAT',
  'PROMOTIONAL',
  'SCAM',
  'TAG_CONTENT_MISMATCH',
] as const

/** Templates, where Meta gives a figure that may change or that it does not publish. */
export interface TemplateSettings {
  /** What reviews end with. */
  reviewVerdict: 'APPROVED' | (typeof rejections)[number]
  /** How long the first and the second pause for bad quality last; the third is the end. */
  firstPauseMs: number
  secondPauseMs: number
  /** From the notice of another category to the change. */
  categoryNoticeMs: number
  /** From a pause by pacing until it may be undone. */
  unpauseAfterMs: number
  /** Names that an account may have: of a verified portfolio, and of another. */
  templatesMax: number
  templatesUnverifiedMax: number
  templateCreationsPerHour: number
  /** How long the name of a deleted template is taken. */
  templateNameLockMs: number
  /** From an archiving to the end. */
  archivedForMs: number
}

export const defaultTemplateSettings: Readonly<TemplateSettings> = {
  reviewVerdict: 'APPROVED',
  firstPauseMs: 3 * hourMs,
  secondPauseMs: 6 * hourMs,
  categoryNoticeMs: dayMs,
  unpauseAfterMs: 5 * 60_000,
  templatesMax: 6_000,
  templatesUnverifiedMax: 250,
  templateCreationsPerHour: 100,
  templateNameLockMs: 30 * dayMs,
  archivedForMs: 28 * dayMs,
}

export const templateSettingRules: Readonly<Record<keyof TemplateSettings, SettingRule>> = {
  reviewVerdict: oneOf('APPROVED', ...rejections),
  firstPauseMs: between(0, monthsMs),
  secondPauseMs: between(0, monthsMs),
  categoryNoticeMs: between(0, monthsMs),
  unpauseAfterMs: between(0, monthsMs),
  templatesMax: between(0, 100_000),
  templatesUnverifiedMax: between(0, 100_000),
  templateCreationsPerHour: between(0, 100_000),
  templateNameLockMs: between(0, monthsMs),
  archivedForMs: between(0, monthsMs),
}
