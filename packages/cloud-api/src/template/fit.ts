import { codePoints } from '../json.ts'
import { limits } from '../limits/limits.ts'
import type { TemplateParameter, TemplateSend, TemplateSendComponent } from '../send/template.ts'
import { fillHoles, holesIn, type TemplateButton, type TemplateComponent } from './definition.ts'

/** `code` is what Meta answers. */
export type TemplateFit =
  | { ok: true }
  | {
      ok: false
      code: 132000 | 132005 | 132012 | 132018
      path: string
      detail: string
      limit?: number
      docs?: string
    }

const fits: TemplateFit = { ok: true }

/** Whether a send fills the holes of its template: as many, and each of its kind. */
export function fitTemplate(send: TemplateSend, definition: readonly TemplateComponent[]): TemplateFit {
  return fitComponents(send.components ?? [], definition, 'template.components')
}

function fitComponents(
  sent: readonly TemplateSendComponent[],
  definition: readonly TemplateComponent[],
  path: string,
): TemplateFit {
  const at = (type: string) => {
    const index = sent.findIndex((component) => component.type.toLowerCase() === type)
    const component = sent[index]
    return { parameters: parametersOf(component), path: index < 0 ? path : `${path}[${index}].parameters` }
  }
  const find = (type: string) => definition.find((component) => component.type.toUpperCase() === type)
  const header = find('HEADER')
  const results: (() => TemplateFit)[] = [
    () => fitHeader(at('header').parameters, header, at('header').path),
    () => fitBody(at('body').parameters, find('BODY'), definition.length === 1, at('body').path),
    () => fitButtons(sent, buttonsOf(find('BUTTONS')), path),
    () => fitCards(sent, find('CAROUSEL'), path),
  ]
  for (const result of results) {
    const fit = result()
    if (!fit.ok) return fit
  }
  return fits
}

const parametersOf = (component: TemplateSendComponent | undefined): readonly TemplateParameter[] =>
  component && 'parameters' in component ? (component.parameters ?? []) : []

function fitHeader(
  parameters: readonly TemplateParameter[],
  header: TemplateComponent | undefined,
  path: string,
): TemplateFit {
  const format = (header?.format ?? (header ? 'TEXT' : '')).toUpperCase()
  if (format === '' || format === 'TEXT') return fitHoles(parameters, holesIn(header?.text), 'header', path)
  if (parameters.length !== 1) return wrongCount('header', parameters.length, 1, path)
  const wanted = format.toLowerCase()
  return parameters[0]?.type === wanted ? fits : wrongKind('header', 0, wanted, path)
}

function fitBody(
  parameters: readonly TemplateParameter[],
  body: TemplateComponent | undefined,
  isAlone: boolean,
  path: string,
): TemplateFit {
  const holes = holesIn(body?.text)
  // Authentication templates have a text of Meta's with one hole: the code.
  const isMetas = body !== undefined && body.text === undefined
  const fit = fitHoles(parameters, isMetas ? ['1'] : holes, 'body', path)
  if (fit.ok && isMetas) return fitCode(parameters, path)
  if (!fit.ok || body?.text === undefined) return fit
  const length = codePoints(fillHoles(body.text, valuesOf(parameters, holes)))
  const { max, docs } = isAlone ? limits.hydratedBodyAlone : limits.hydratedBody
  if (length <= max) return fits
  return {
    ok: false,
    code: 132005,
    path,
    detail: `body: the filled-in text has ${length} characters, at most ${max} fit`,
    limit: max,
    docs,
  }
}

/** The code of a login: `pages.authenticationTemplates` */
function fitCode(parameters: readonly TemplateParameter[], path: string): TemplateFit {
  const [code] = parameters
  const { max, docs } = limits.otpCode
  const length = code ? codePoints(shownAs(code)) : 0
  if (length <= max) return fits
  const detail = `body: the code has ${length} characters, at most ${max} fit`
  return { ok: false, code: 132018, path: `${path}[0]`, detail, limit: max, docs }
}

function fitHoles(
  parameters: readonly TemplateParameter[],
  holes: readonly string[],
  place: string,
  path: string,
): TemplateFit {
  if (parameters.length !== holes.length) return wrongCount(place, parameters.length, holes.length, path)
  const isNamed = holes.some((hole) => !/^\d+$/.test(hole))
  for (const [i, parameter] of parameters.entries()) {
    if (!['text', 'currency', 'date_time'].includes(parameter.type)) return wrongKind(place, i, 'text', path)
    const name = 'parameter_name' in parameter ? parameter.parameter_name : undefined
    if (isNamed && (name === undefined || !holes.includes(name))) {
      return {
        ok: false,
        code: 132012,
        path: `${path}[${i}]`,
        detail: `${place}: expected a parameter_name of {${holes.join(', ')}}`,
      }
    }
  }
  return fits
}

/** What each hole is filled with, for sending and for showing. */
export function valuesOf(
  parameters: readonly TemplateParameter[],
  holes: readonly string[],
): Map<string, string> {
  return new Map(
    parameters.map((parameter, i) => {
      const name = 'parameter_name' in parameter ? parameter.parameter_name : undefined
      return [name ?? holes[i] ?? String(i + 1), shownAs(parameter)]
    }),
  )
}

function shownAs(parameter: TemplateParameter): string {
  if (parameter.type === 'text') return parameter.text
  if (parameter.type === 'currency') return parameter.currency.fallback_value
  if (parameter.type === 'date_time') return parameter.date_time.fallback_value
  return ''
}

/** Graph lists the buttons of a template inside its BUTTONS component. */
const buttonsOf = (component: TemplateComponent | undefined): readonly TemplateButton[] =>
  component?.buttons ?? []

function fitButtons(
  sent: readonly TemplateSendComponent[],
  buttons: readonly TemplateButton[],
  path: string,
): TemplateFit {
  const filled = new Set<number>()
  for (const [i, component] of sent.entries()) {
    if (component.type.toLowerCase() !== 'button' || !('index' in component)) continue
    const index = Number(component.index)
    const button = buttons[index]
    filled.add(index)
    const here = `${path}[${i}]`
    if (!button)
      return {
        ok: false,
        code: 132000,
        path: here,
        detail: `button: the template has no button at index ${index}`,
      }
    const subType = component.sub_type.toLowerCase()
    if (!subTypesOf(button).includes(subType)) {
      return {
        ok: false,
        code: 132012,
        path: here,
        detail: `button: the button at index ${index} is of type ${button.type}, not ${subType}`,
      }
    }
    const count = component.parameters?.length ?? 0
    if (button.type.toUpperCase() === 'URL' && count !== holesIn(button.url).length)
      return wrongCount(`button at index ${index}`, count, holesIn(button.url).length, here)
  }
  const open = buttons.findIndex((button, i) => needsParameter(button) && !filled.has(i))
  if (open < 0) return fits
  return { ok: false, code: 132012, path, detail: `button: the button at index ${open} requires a parameter` }
}

function subTypesOf({ type }: TemplateButton): string[] {
  const own = type.toLowerCase()
  // One-time-password buttons are filled through their URL.
  return own === 'otp' ? ['url', 'copy_code'] : [own]
}

function needsParameter(button: TemplateButton): boolean {
  const type = button.type.toUpperCase()
  return type === 'OTP' || type === 'COPY_CODE' || (type === 'URL' && holesIn(button.url).length > 0)
}

function fitCards(
  sent: readonly TemplateSendComponent[],
  carousel: TemplateComponent | undefined,
  path: string,
): TemplateFit {
  const index = sent.findIndex((component) => component.type.toLowerCase() === 'carousel')
  const component = sent[index]
  const cards = component?.type === 'carousel' ? component.cards : []
  const wanted = carousel?.cards ?? []
  if (cards.length !== wanted.length) return wrongCount('carousel cards', cards.length, wanted.length, path)
  for (const [i, card] of cards.entries()) {
    const fit = fitComponents(
      card.components,
      wanted[i]?.components ?? [],
      `${path}[${index}].cards[${i}].components`,
    )
    if (!fit.ok) return fit
  }
  return fits
}

/** In Meta's words, so that a program that reads them finds what it expects. */
const wrongCount = (place: string, got: number, wanted: number, path: string): TemplateFit => ({
  ok: false,
  code: 132000,
  path,
  detail: `${place}: number of localizable_params (${got}) does not match the expected number of params (${wanted})`,
})

const wrongKind = (place: string, index: number, wanted: string, path: string): TemplateFit => ({
  ok: false,
  code: 132012,
  path: `${path}[${index}]`,
  detail: `${place}: parameter ${index} must be of type ${wanted}`,
})
