import type { TemplateParameter, TemplateSend } from '../send/template.ts'
import { fillHoles, holesIn, type TemplateComponent } from './definition.ts'
import { valuesOf } from './fit.ts'

/** A template with its holes filled, as the customer sees it. */
export interface RenderedTemplate {
  header?: { kind: 'text'; text: string } | { kind: 'media'; format: string; parameter?: TemplateParameter }
  body: string
  footer?: string
  buttons: { type: string; text: string; url?: string }[]
}

/** For previews and the virtual phone; never refuses: a hole without a value stays visible as `{{1}}`. */
export function renderTemplate(
  definition: readonly TemplateComponent[],
  send?: TemplateSend,
): RenderedTemplate {
  const find = (type: string) => definition.find((component) => component.type.toUpperCase() === type)
  const parametersOf = (type: string): readonly TemplateParameter[] => {
    const component = send?.components?.find((each) => each.type.toLowerCase() === type)
    return component && 'parameters' in component ? (component.parameters ?? []) : []
  }
  const filled = (text: string, parameters: readonly TemplateParameter[]) =>
    fillHoles(text, valuesOf(parameters, holesIn(text)))

  const header = find('HEADER')
  const [headerParameter] = parametersOf('header')
  const format = (header?.format ?? 'TEXT').toUpperCase()
  const body = find('BODY')
  const footer = find('FOOTER')?.text
  // Meta writes the body of authentication templates itself.
  const bodyText = body?.text ?? (body ? '{{1}}' : '')
  return {
    ...(header && format === 'TEXT'
      ? { header: { kind: 'text' as const, text: filled(header.text ?? '', parametersOf('header')) } }
      : {}),
    ...(header && format !== 'TEXT'
      ? {
          header: {
            kind: 'media' as const,
            format,
            ...(headerParameter ? { parameter: headerParameter } : {}),
          },
        }
      : {}),
    body: filled(bodyText, parametersOf('body')),
    ...(footer === undefined ? {} : { footer }),
    buttons: (find('BUTTONS')?.buttons ?? []).map((button, i) => ({
      type: button.type,
      text: button.text ?? button.type,
      ...(button.url === undefined ? {} : { url: filled(button.url, buttonParameters(send, i)) }),
    })),
  }
}

function buttonParameters(send: TemplateSend | undefined, index: number): readonly TemplateParameter[] {
  const component = send?.components?.find((each) => 'index' in each && Number(each.index) === index)
  return component && 'parameters' in component ? (component.parameters ?? []) : []
}
