import { holesIn, type TemplateComponent, validateTemplate } from '@palomar/cloud-api'
import type { GraphFailure } from '../graph/answer.ts'

const example = 2388043
const bodyFormat = 2388072
const tooManyHoles = 2388293

/** Why Meta does not take a template as it was written; undefined when it does. What the form says first, then what it means. */
export function templateRefusal(template: unknown): GraphFailure | undefined {
  const checked = validateTemplate(template)
  const [problem] = checked.ok ? [] : checked.errors
  if (problem)
    return {
      code: 100,
      details: problem.detail,
      ...(problem.subcode === undefined ? {} : { subcode: problem.subcode, title: 'Invalid parameter' }),
    }
  const { components = [], parameter_format } = template as {
    components?: TemplateComponent[]
    parameter_format?: string
  }
  for (const component of components) {
    const refusal = meaningOf(component, parameter_format)
    if (refusal) return { code: 100, title: 'Invalid parameter', ...refusal }
  }
  return undefined
}

interface Refusal {
  subcode?: number
  details: string
}

function meaningOf(component: TemplateComponent, format = 'POSITIONAL'): Refusal | undefined {
  const type = component.type.toUpperCase()
  if (type === 'BODY') return bodyOf(component.text ?? '') ?? exampleOf(component, type, format)
  if (type === 'HEADER') return exampleOf(component, type, format)
  if (type === 'BUTTONS') return buttonsOf(component)
  return undefined
}

function bodyOf(text: string): Refusal | undefined {
  const holes = holesIn(text).length
  const words = text.split(/\s+/).filter((word) => word !== '' && !/^\{\{.*\}\}\W*$/.test(word)).length
  if (/\}\}\s*\{\{/.test(text))
    return { subcode: bodyFormat, details: 'Two variables stand beside each other.' }
  if (/\n{3,}| {5,}|\t/.test(text))
    return { subcode: bodyFormat, details: 'At most two line breaks and four spaces in a row, and no tabs.' }
  // What is told among senders; Meta says only that there are limits. [?]
  if (holes > 0 && words < holes + 1)
    return { subcode: tooManyHoles, details: 'There are too many variables for the length of the text.' }
  return undefined
}

/** Each variable, and each file at the head, is shown to the reviewers. */
function exampleOf(component: TemplateComponent, type: string, format: string): Refusal | undefined {
  const given = (component.example ?? {}) as Record<string, unknown>
  const isFile = ['IMAGE', 'VIDEO', 'GIF', 'DOCUMENT'].includes(component.format?.toUpperCase() ?? '')
  if (isFile && !Array.isArray(given.header_handle))
    return { subcode: example, details: 'The header needs an example: header_handle.' }
  const holes = holesIn(component.text).length
  if (holes === 0) return undefined
  const part = type === 'BODY' ? 'body_text' : 'header_text'
  const list = given[format.toUpperCase() === 'NAMED' ? `${part}_named_params` : part]
  const first: unknown = Array.isArray(list) && Array.isArray(list[0]) ? list[0] : list
  if (Array.isArray(first) && first.length >= holes) return undefined
  return { subcode: example, details: `The ${type} needs an example of each variable.` }
}

function buttonsOf({ buttons = [] }: TemplateComponent): Refusal | undefined {
  const texts = buttons.flatMap(({ text }) => text ?? [])
  if (new Set(texts).size < texts.length) return { details: 'Buttons cannot have the same text.' }
  if (buttons.some(({ url }) => /^https?:\/\/(?:api\.)?(?:wa\.me|whatsapp\.com)\b/i.test(url ?? '')))
    return { details: 'Buttons cannot link to WhatsApp.' }
  return undefined
}
