import type { Template } from './api-types.ts'

const placeholder = /\{\{\s*([\w]+)\s*\}\}/g

export function bodyText(template: Template): string {
  return template.components.find((component) => component.type.toUpperCase() === 'BODY')?.text ?? ''
}

/** The body's variables in the order of their first use: `1`, `2` … or names. */
export function variablesOf(template: Template): string[] {
  return [...new Set([...bodyText(template).matchAll(placeholder)].map((match) => match[1] ?? ''))]
}

/** The body with what has been typed so far. */
export function preview(template: Template, values: string[]): string {
  const names = variablesOf(template)
  return bodyText(template).replace(
    placeholder,
    (whole, name: string) => values[names.indexOf(name)] || whole,
  )
}

/** Meta's `template` object; named variables carry their name, numbered ones stand in their order. */
export function filled(template: Template, values: string[]): Record<string, unknown> {
  const names = variablesOf(template)
  const parameters = names.map((name, index) => ({
    type: 'text',
    ...(/^\d+$/.test(name) ? {} : { parameter_name: name }),
    text: values[index] ?? '',
  }))
  return {
    name: template.name,
    language: { code: template.language },
    ...(parameters.length > 0 ? { components: [{ type: 'body', parameters }] } : {}),
  }
}

/** What Meta was given as examples, by variable. */
export function examplesOf(template: Template): Record<string, string> {
  const example = template.components.find(({ type }) => type.toUpperCase() === 'BODY')?.example
  const named = (example?.body_text_named_params ?? []).map((one) => [one.param_name, one.example])
  const numbered = (example?.body_text?.[0] ?? []).map((text, index) => [String(index + 1), text])
  return Object.fromEntries([...named, ...numbered])
}

export interface Segment {
  kind: 'plain' | 'variable' | 'bold' | 'italic' | 'struck'
  text: string
}

const marks = /\{\{\s*(\w+)\s*\}\}|\*(\S(?:[^*\n]*\S)?)\*|_(\S(?:[^_\n]*\S)?)_|~(\S(?:[^~\n]*\S)?)~/g

/** A text as WhatsApp shows it: its marks for bold, italic and struck, and the variables of a template. */
export function segmentsOf(text: string): Segment[] {
  const segments: Segment[] = []
  let end = 0
  for (const match of text.matchAll(marks)) {
    if (match.index > end) segments.push({ kind: 'plain', text: text.slice(end, match.index) })
    const [whole, variable, bold, italic, struck] = match
    if (variable !== undefined) segments.push({ kind: 'variable', text: variable })
    else if (bold !== undefined) segments.push({ kind: 'bold', text: bold })
    else if (italic !== undefined) segments.push({ kind: 'italic', text: italic })
    else if (struck !== undefined) segments.push({ kind: 'struck', text: struck })
    end = match.index + whole.length
  }
  if (end < text.length) segments.push({ kind: 'plain', text: text.slice(end) })
  return segments
}
