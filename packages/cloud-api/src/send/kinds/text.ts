import type { Field } from '../field.ts'

/** `pages.textMessages` */
export function checkText(text: Field): void {
  if (!text.object()) return
  text.get('body').text('textBody')
  text.get('preview_url').optional((field) => field.boolean())
}
