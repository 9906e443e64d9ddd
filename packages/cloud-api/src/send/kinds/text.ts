import type { Field } from '../field.ts'

/** https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages */
export function checkText(text: Field): void {
  if (!text.object()) return
  text.get('body').text('textBody')
  text.get('preview_url').optional((field) => field.boolean())
}
