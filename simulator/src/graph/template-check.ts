import type { Template } from '../world/types.ts'
import type { GraphErrorBody } from './answer.ts'

const placeholder = /\{\{\s*(\w+)\s*\}\}/g

interface Component {
  type?: string
  parameters?: { type?: string; text?: string; parameter_name?: string }[]
}

/** The variables of a template's body, each once. */
function variablesOf(template: Template): string[] {
  const body = template.components.find((component) => component.type === 'BODY')?.text ?? ''
  return [...new Set([...body.matchAll(placeholder)].map((match) => match[1] ?? ''))]
}

function bodyParameters(components: unknown) {
  const list = Array.isArray(components) ? (components as Component[]) : []
  return list.find((component) => component.type?.toLowerCase() === 'body')?.parameters ?? []
}

/** What Meta would refuse of a template send; undefined when it is fine. */
export function checkParameters(template: Template, components: unknown): GraphErrorBody | undefined {
  const expected = variablesOf(template).length
  const given = bodyParameters(components).length
  if (expected === given) return undefined
  return {
    code: 132000,
    title: 'Number of parameters does not match the expected number of params',
    details: `body: number of localizable_params (${given}) does not match the expected number of params (${expected})`,
  }
}

/** What the customer's phone shows. */
export function renderTemplate(template: Template, components: unknown): string {
  const names = variablesOf(template)
  const parameters = bodyParameters(components)
  const fill = (text: string) =>
    text.replace(placeholder, (whole, name: string) => {
      const named = parameters.find((parameter) => parameter.parameter_name === name)
      return (named ?? parameters[names.indexOf(name)])?.text ?? whole
    })
  return template.components
    .map((component) => fill(component.text ?? ''))
    .filter(Boolean)
    .join('\n')
}
