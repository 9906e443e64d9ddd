import type { Json } from '../json.ts'

/** A template as `GET /{waba}/message_templates` lists it. */
export interface TemplateDefinition {
  id: string
  name: string
  language: string
  /** MARKETING, UTILITY, AUTHENTICATION, … */
  category: string
  /** APPROVED is the one that can be sent. */
  status: string
  parameterFormat: 'POSITIONAL' | 'NAMED'
  components: TemplateComponent[]
  /** GREEN, YELLOW, RED, UNKNOWN; absent when Meta did not say. */
  quality?: string
  /** Why Meta refused it: ABUSIVE_CONTENT, INVALID_FORMAT, … */
  rejectedReason?: string
}

/** A component of a template; Meta's words in capitals. */
export interface TemplateComponent {
  type: string
  format?: string
  text?: string
  buttons?: TemplateButton[]
  cards?: { components: TemplateComponent[] }[]
  [more: string]: Json | TemplateButton[] | { components: TemplateComponent[] }[] | undefined
}

export interface TemplateButton {
  type: string
  text?: string
  url?: string
  [more: string]: Json | undefined
}

const hole = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g

/** The names of the holes in a text, in their order, each once: `1`, `2` or words. */
export function holesIn(text: string | undefined): string[] {
  const names = new Set<string>()
  for (const [, name = ''] of (text ?? '').matchAll(hole)) names.add(name)
  return [...names]
}

/** The text with its holes filled; a hole without a value stays visible. */
export function fillHoles(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(hole, (whole, name: string) => values.get(name) ?? whole)
}
