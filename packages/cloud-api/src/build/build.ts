import type { ReadReceipt } from '../send/read-receipt.ts'
import * as content from './content.ts'
import * as interactive from './interactive.ts'
import { oneTimePassword, template } from './template.ts'

const readReceipt = (messageId: string, { typing = false } = {}): ReadReceipt => ({
  messaging_product: 'whatsapp',
  status: 'read',
  message_id: messageId,
  ...(typing ? { typing_indicator: { type: 'text' as const } } : {}),
})

/** Small builders of everything that `POST /{phone_number_id}/messages` takes: plain objects out, nothing checked. */
export const build = { ...content, ...interactive, template, oneTimePassword, readReceipt }
