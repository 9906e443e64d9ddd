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
