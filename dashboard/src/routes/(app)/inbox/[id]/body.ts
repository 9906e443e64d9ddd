import type { Message } from '#lib/api-types.ts'
import { m } from '#lib/paraglide/messages.js'

type Json = Record<string, unknown>

const kinds: Record<string, () => string> = {
  image: m.kind_image,
  video: m.kind_video,
  audio: m.kind_audio,
  document: m.kind_document,
  sticker: m.kind_sticker,
  location: m.kind_location,
  contacts: m.kind_contacts,
  reaction: m.kind_reaction,
  interactive: m.kind_interactive,
  button: m.kind_button,
  template: m.kind_template,
}

/** The kind by its name alone, for use inside a sentence. */
export const kindWord = (kind: string): string => (kinds[kind]?.() ?? kind).replace(/^\P{L}+/u, '')

/** The name that a message gives its file. */
export function filenameOf(message: Message): string {
  return textOf(((message.content[message.type] ?? message.content) as Json).filename)
}

/** What a bubble shows: the words, and a line that names the kind when it is not plain text. */
export function bodyOf(message: Message): { label: string; text: string } {
  const content = (message.content[message.type] ?? message.content) as Json
  if (message.type === 'text') return { label: '', text: textOf(content.body) }
  if (message.type === 'template') return { label: m.kind_template(), text: templateText(content) }
  if (message.type === 'button') return { label: '', text: textOf(content.text) }
  if (message.type === 'reaction') return { label: m.kind_reaction(), text: textOf(content.emoji) }
  const label = kinds[message.type]?.() ?? m.kind_unsupported({ type: message.type })
  // The file speaks for itself.
  if (message.media && kinds[message.type]) return { label: '', text: textOf(content.caption) }
  return { label, text: textOf(content.caption) || textOf(content.filename) || textOf(content.name) }
}

/** A template as it is known here: its name, language and the values that were filled in. */
function templateText(template: Json): string {
  const language = (template.language as Json | undefined)?.code
  const components = Array.isArray(template.components) ? (template.components as Json[]) : []
  const values = components.flatMap((component) =>
    Array.isArray(component.parameters)
      ? (component.parameters as Json[]).map((parameter) => textOf(parameter.text))
      : [],
  )
  return [`${textOf(template.name)} (${textOf(language)})`, ...values.filter(Boolean)].join('\n')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
