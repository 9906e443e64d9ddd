import type {
  ButtonSubType,
  TemplateParameter,
  TemplateSend,
  TemplateSendComponent,
} from '../send/template.ts'
import { type BuildOptions, envelope, type Recipient } from './envelope.ts'

/** What fills a template: texts in their order, or by name; other parameters as Meta shapes them. */
export type Fill = readonly (string | TemplateParameter)[] | Readonly<Record<string, string>>

export interface TemplateFill {
  header?: Fill
  body?: Fill
  buttons?: readonly { sub_type: ButtonSubType; index: number; parameters?: TemplateParameter[] }[]
  cards?: readonly Omit<TemplateFill, 'cards' | 'more'>[]
  /** Components of the rarer kinds: `limited_time_offer`, `tap_target_configuration`, `order_status`. */
  more?: readonly TemplateSendComponent[]
}

export const template = (
  whom: Recipient,
  name: string,
  language: string,
  fill: TemplateFill = {},
  options?: BuildOptions,
) => {
  const components = componentsOf(fill)
  const sent: TemplateSend = {
    name,
    language: { code: language },
    ...(components.length > 0 ? { components } : {}),
  }
  return { ...envelope(whom, options), type: 'template' as const, template: sent }
}

/** The code of a login goes into the text and into the button. */
export const oneTimePassword = (
  whom: Recipient,
  name: string,
  language: string,
  code: string,
  options?: BuildOptions,
) =>
  template(
    whom,
    name,
    language,
    { body: [code], buttons: [{ sub_type: 'url', index: 0, parameters: [{ type: 'text', text: code }] }] },
    options,
  )

function componentsOf({
  header,
  body,
  buttons = [],
  cards,
  more = [],
}: TemplateFill): TemplateSendComponent[] {
  return [
    ...(header === undefined ? [] : [{ type: 'header' as const, parameters: parametersOf(header) }]),
    ...(body === undefined ? [] : [{ type: 'body' as const, parameters: parametersOf(body) }]),
    ...buttons.map((button) => ({ type: 'button' as const, ...button, index: String(button.index) })),
    ...(cards === undefined
      ? []
      : [
          {
            type: 'carousel' as const,
            cards: cards.map((card, card_index) => ({ card_index, components: componentsOf(card) })),
          },
        ]),
    ...more,
  ]
}

const isListed = (fill: Fill): fill is readonly (string | TemplateParameter)[] => Array.isArray(fill)

function parametersOf(fill: Fill): TemplateParameter[] {
  if (isListed(fill))
    return fill.map((each) => (typeof each === 'string' ? { type: 'text', text: each } : each))
  return Object.entries(fill).map(([parameter_name, text]) => ({ type: 'text', parameter_name, text }))
}
