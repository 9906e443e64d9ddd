import type { TemplateComponent } from '@palomar/cloud-api'
import { dateOf, type Value } from '../delivery/values.ts'
import type { Template } from '../world/types.ts'

const seconds = (ms: number) => Math.floor(ms / 1_000)

/** Meta writes this one id as a number. */
const named = (template: Template): Value => ({
  message_template_id: Number(template.id),
  message_template_name: template.name,
  message_template_language: template.language,
})

/** What an event of a template says beside its word. */
export interface StatusMore {
  reason?: string
  /** Why it rests or goes on: FIRST_PAUSE, SECOND_PAUSE, RATE_LIMITING_PAUSE, UNPAUSE, DISABLED. */
  title?: string
}

const descriptions: Readonly<Record<string, string>> = {
  FIRST_PAUSE: 'Your WhatsApp message template has been paused for 3 hours because it had issues.',
  SECOND_PAUSE: 'Your WhatsApp message template has been paused for 6 hours because it had issues.',
  RATE_LIMITING_PAUSE: 'Your WhatsApp message template has been paused until its feedback is known.',
  UNPAUSE: 'Your WhatsApp message template can be sent again.',
  DISABLED: 'Your WhatsApp message template has been disabled because it had repeated issues.',
}

/** Source: Meta, "message_template_status_update webhook reference". */
export function statusUpdate(template: Template, event: string, more: StatusMore, now: number): Value {
  const { reason = 'NONE', title } = more
  return {
    event,
    ...named(template),
    message_template_category: template.category,
    reason,
    ...(title ? { other_info: { title, description: descriptions[title] ?? title } } : {}),
    ...(event === 'DISABLED' ? { disable_info: { disable_date: dateOf(seconds(now)) } } : {}),
    ...(event === 'REJECTED' && reason === 'INVALID_FORMAT'
      ? {
          rejection_info: {
            reason: 'The message template has a parameter without an example, or one in the wrong place.',
            recommendation: 'Give each parameter an example and submit it again.',
          },
        }
      : {}),
  }
}

export const qualityUpdate = (template: Template, before: string): Value => ({
  previous_quality_score: before,
  new_quality_score: template.quality ?? 'UNKNOWN',
  ...named(template),
})

/** 24 hours ahead: `new_category` is the present one. */
export const categoryNotice = (template: Template, correctCategory: string, at: number): Value => ({
  ...named(template),
  new_category: template.category,
  correct_category: correctCategory,
  category_update_timestamp: seconds(at),
})

export const categoryDone = (template: Template, before: string): Value => ({
  ...named(template),
  previous_category: before,
  new_category: template.category,
})

export const categoryDetected = (template: Template, correctCategory: string): Value => ({
  ...named(template),
  category: template.category,
  correct_category: correctCategory,
})

/** An approved edit. */
export function componentsUpdate(template: Template): Value {
  const textOf = (type: string) => template.components.find((each) => each.type === type)?.text
  const [title, body, footer] = ['HEADER', 'BODY', 'FOOTER'].map(textOf)
  const buttons = template.components.find(({ type }) => type === 'BUTTONS')?.buttons ?? []
  return {
    ...named(template),
    message_template_element: body ?? '',
    ...(title ? { message_template_title: title } : {}),
    ...(footer ? { message_template_footer: footer } : {}),
    ...(buttons.length > 0 ? { message_template_buttons: buttons.map(buttonOf) } : {}),
  }
}

const buttonOf = ({
  type,
  text = '',
  url,
  phone_number,
}: NonNullable<TemplateComponent['buttons']>[number]): Value => ({
  message_template_button_type: type,
  message_template_button_text: text,
  ...(url ? { message_template_button_url: url } : {}),
  ...(typeof phone_number === 'string' ? { message_template_button_phone_number: phone_number } : {}),
})
