import type { Field } from '../field.ts'
import { type ButtonSubType, buttonParameters, type ParameterType } from '../template.ts'
import { checkLocation } from './location.ts'
import { checkMedia } from './media.ts'

const componentTypes = [
  'header',
  'body',
  'button',
  'carousel',
  'limited_time_offer',
  'tap_target_configuration',
  'order_status',
] as const
type ComponentType = (typeof componentTypes)[number]

/** Which parameters a component takes; a button's depend on its kind. */
const parametersOf: Readonly<
  Record<Exclude<ComponentType, 'button' | 'carousel'>, readonly ParameterType[]>
> = {
  header: ['text', 'image', 'video', 'gif', 'document', 'location', 'product'],
  body: ['text', 'currency', 'date_time'],
  limited_time_offer: ['limited_time_offer'],
  tap_target_configuration: ['tap_target_configuration'],
  order_status: ['order_status'],
}

/**
 * Shape and limits of a template send; whether the template exists and takes these parameters is
 * `fitTemplate`'s question. `pages.templateMessages`
 */
export function checkTemplate(template: Field): void {
  if (!template.object()) return
  template
    .get('name')
    .matching('templateName', /^[a-z0-9_]+$/, 'may have lower-case letters, digits and _ only')
  const language = template.get('language')
  if (language.object()) {
    language
      .get('code')
      .matching(
        'templateLanguage',
        /^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$/,
        'must be a language code such as en_US',
      )
    language.get('policy').optional((field) => field.oneOf(['deterministic']))
  }
  template.get('components').optional((components) => checkComponents(components, componentTypes))
}

function checkComponents(components: Field, allowed: readonly ComponentType[]): void {
  const seen = new Set<string>()
  let buttons = 0
  for (const component of components.array() ?? []) {
    if (!component.object()) continue
    const type = component.get('type')
    // Graph takes the word in any case.
    const word = typeof type.value === 'string' ? type.value.toLowerCase() : ''
    const known = allowed.find((each) => each === word)
    if (known === undefined) {
      type.oneOf(allowed)
      continue
    }
    if (known === 'button') buttons++
    const key = known === 'button' ? `button ${indexOf(component) ?? '?'}` : known
    if (seen.has(key))
      component.refuse('not_unique', `Param ${component.name}: there is another ${key} component.`)
    seen.add(key)
    if (known === 'carousel') checkCards(component)
    else if (known === 'button') checkButton(component)
    else checkParameters(component, parametersOf[known], known !== 'header' && known !== 'body')
    if (known === 'header') onlyOne(component)
  }
  components.atMost(buttons, 'templateButtons', 'buttons')
}

function onlyOne(component: Field): void {
  const parameters = component.get('parameters')
  if (Array.isArray(parameters.value) && parameters.value.length > 1)
    parameters.refuse('too_many', `Param ${parameters.name} must have at most 1 items.`, { limit: 1 })
}

/** 0 to 9, as text or number. */
function indexOf(component: Field): number | undefined {
  const { value } = component.get('index')
  const isDigit = (typeof value === 'string' || typeof value === 'number') && /^\d$/.test(String(value))
  return isDigit ? Number(value) : undefined
}

const subTypes = Object.keys(buttonParameters) as ButtonSubType[]

function checkButton(component: Field): void {
  const subType = component.get('sub_type')
  const word = typeof subType.value === 'string' ? subType.value.toLowerCase() : ''
  const kind = subTypes.find((each) => each === word)
  if (kind === undefined) subType.oneOf(subTypes)
  const index = component.get('index')
  if (index.isAbsent) index.missing()
  else if (indexOf(component) === undefined)
    index.refuse('out_of_range', `Param ${index.name} must be between 0 and 9.`, { limit: 9 })
  if (kind !== undefined) checkParameters(component, buttonParameters[kind], false)
}

function checkCards(component: Field): void {
  const cards = component.get('cards').array('templateCards') ?? []
  for (const card of cards) {
    if (!card.object()) continue
    card.get('card_index').integer()
    checkComponents(card.get('components'), ['header', 'body', 'button'])
  }
}

function checkParameters(component: Field, allowed: readonly ParameterType[], required: boolean): void {
  const parameters = component.get('parameters')
  if (parameters.isAbsent && !required) return
  const list = parameters.array() ?? []
  if (list.length > 100)
    return void parameters.refuse('too_many', 'A component has at most 100 parameters.', { limit: 100 })
  let named = 0
  const names = new Set<string>()
  for (const parameter of list) {
    if (!parameter.object()) continue
    const type = parameter.get('type').oneOf(allowed)
    if (type) checkParameter(parameter, type)
    const name = parameter.get('parameter_name')
    if (name.isAbsent) continue
    named++
    const word = name.matching(
      'templateName',
      /^[a-z0-9_]+$/,
      'may have lower-case letters, digits and _ only',
    )
    if (word === undefined) continue
    if (names.has(word)) name.refuse('not_unique', `Param ${name.name} is given twice.`)
    names.add(word)
  }
  if (named > 0 && named < list.length)
    parameters.refuse('malformed', `Param ${parameters.name} must not mix named and positional parameters.`, {
      code: 132012,
    })
}

function checkParameter(parameter: Field, type: ParameterType): void {
  const own = parameter.get(type)
  switch (type) {
    case 'text':
      checkParameterText(own)
      return
    case 'currency':
      if (!own.object()) return
      own.get('fallback_value').text('templateParameter')
      own.get('code').matching('templateLanguage', /^[A-Za-z]{3}$/, 'must be an ISO 4217 code')
      own.get('amount_1000').integer()
      return
    case 'date_time':
      if (own.object()) own.get('fallback_value').text('templateParameter')
      return
    case 'image':
    case 'video':
    case 'gif':
    case 'document':
      checkMedia(own, type)
      return
    case 'location':
      checkLocation(own)
      return
    case 'product':
      if (own.object()) own.get('product_retailer_id').id('mediaId')
      return
    case 'payload':
      own.text('quickReplyPayload')
      return
    case 'coupon_code':
      own.text('couponCode')
      return
    case 'ttl_minutes':
      own.integer('callTtlMinutes')
      return
    case 'limited_time_offer':
      if (own.object()) own.get('expiration_time_ms').integer()
      return
    case 'action':
    case 'order_status':
      own.object()
      return
    case 'tap_target_configuration':
      own.array()
      return
  }
}

/** Meta refuses text that would break the lines of an approved template. */
function checkParameterText(text: Field): void {
  const value = text.text('templateParameter')
  if (value === undefined || !/[\n\r\t]| {5}/.test(value)) return
  if (text.rules.parameterWhitespace === 'allow') return
  text.refuse(
    'malformed',
    `Param ${text.name} cannot have new-line/tab characters or more than 4 consecutive spaces`,
    {
      code: 132018,
    },
  )
}
