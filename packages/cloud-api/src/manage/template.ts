import type { LimitName } from '../limits/limits.ts'
import { pages } from '../pages.ts'
import type { Field } from '../send/field.ts'
import { holesIn } from '../template/definition.ts'
import { type Check, type CheckRules, checkObject } from './check.ts'
import { checkButtons } from './template-buttons.ts'

/** The subcodes that Meta gives with 100 for these. [doc] */
const headerFormat = 2388047
const bodyFormat = 2388072
const footerFormat = 2388073
const holeAtTheEdge = 2388299
const tooLong = 2388040

const categories = ['AUTHENTICATION', 'MARKETING', 'UTILITY'] as const
const formats = ['TEXT', 'IMAGE', 'VIDEO', 'GIF', 'DOCUMENT', 'LOCATION', 'PRODUCT'] as const
const componentTypes = [
  'HEADER',
  'BODY',
  'FOOTER',
  'BUTTONS',
  'CAROUSEL',
  'LIMITED_TIME_OFFER',
  'CALL_PERMISSION_REQUEST',
] as const

const ttlOf: Readonly<Record<(typeof categories)[number], LimitName>> = {
  AUTHENTICATION: 'authenticationTtl',
  UTILITY: 'utilityTtl',
  MARKETING: 'marketingTtl',
}

/**
 * A template as `POST /{waba}/message_templates` takes it.
 * `pages.templateComponents`
 */
export const validateTemplate = (body: unknown, rules: CheckRules = {}): Check =>
  checkObject(body, pages.templateComponents, rules, checkTemplate)

function checkTemplate(root: Field): void {
  root.get('name').matching('templateName', /^[a-z0-9_]+$/, 'may have lower-case letters, digits and _ only')
  root.get('language').text('templateLanguage')
  const category = root.get('category').oneOf(categories)
  root
    .get('parameter_format')
    .optional((field) => field.oneOf(['POSITIONAL', 'NAMED', 'positional', 'named']))
  const ttl = root.get('message_send_ttl_seconds')
  ttl.optional(() => {
    // -1 stands for 30 days, which marketing has anyway.
    if (category && !(ttl.value === -1 && category !== 'MARKETING')) ttl.integer(ttlOf[category])
  })
  // Library templates have their components at Meta.
  if (!root.get('library_template_name').isAbsent) return
  const components = root.get('components').array() ?? []
  const types = components.map((component) => {
    if (!component.object()) return undefined
    const { value } = component.get('type')
    const word = typeof value === 'string' ? value.toUpperCase() : value
    const type = componentTypes.find((each) => each === word)
    if (type === undefined) component.get('type').oneOf(componentTypes)
    return type
  })
  if (components.length > 0 && !types.includes('BODY'))
    root.get('components').refuse('missing', 'A template needs a BODY component.')
  const hasOffer = types.includes('LIMITED_TIME_OFFER')
  components.forEach((component, i) => {
    const type = types[i]
    if (type !== undefined && types.indexOf(type) !== i)
      component.refuse('not_unique', `Param ${component.name}: there is another ${type} component.`)
    if (type === 'HEADER') checkHeader(component)
    else if (type === 'BODY') checkBody(component, category, hasOffer)
    else if (type === 'FOOTER') checkFooter(component, category)
    else if (type === 'BUTTONS') checkButtons(component, 'definitionButtons')
    else if (type === 'CAROUSEL') checkCarousel(component)
    else if (type === 'LIMITED_TIME_OFFER')
      component.get('limited_time_offer').optional((offer) => {
        if (offer.object()) offer.get('text').optional((field) => field.text('offerText'))
      })
  })
}

function checkHeader(header: Field): void {
  const { value } = header.get('format')
  const format = typeof value === 'string' ? value.toUpperCase() : value
  if (!formats.some((each) => each === format)) return void header.get('format').oneOf(formats)
  if (format !== 'TEXT') return
  const field = header.get('text')
  const text = field.text('definitionHeader')
  if (text === undefined) return
  field.atMost(holesIn(text).length, 'definitionHeaderHoles', 'variables')
  if (/[*_~`\n]|\p{Extended_Pictographic}/u.test(text))
    field.refuse('malformed', `Param ${field.name} may have no formatting, emoji or line break.`, {
      code: 100,
      subcode: headerFormat,
    })
}

function checkBody(body: Field, category: string | undefined, hasOffer: boolean): void {
  const field = body.get('text')
  // Meta writes the body of authentication templates.
  if (category === 'AUTHENTICATION' && field.isAbsent) return
  const limit = hasOffer
    ? 'offerBody'
    : category === 'AUTHENTICATION'
      ? 'definitionBody'
      : 'definitionMarketingBody'
  const text = field.text(limit, { code: 100, subcode: tooLong })
  if (text !== undefined) checkHoles(field, text)
}

/** What the holes of a text may be: 1, 2, 3 or words, and never at its edge. */
function checkHoles(field: Field, text: string): void {
  if (/^\s*\{\{|\}\}\s*$/.test(text))
    field.refuse('malformed', `Param ${field.name} cannot begin or end with a variable.`, {
      code: 100,
      subcode: holeAtTheEdge,
    })
  const holes = holesIn(text)
  const numbers = holes.filter((hole) => /^\d+$/.test(hole)).map(Number)
  const isMixed = numbers.length > 0 && numbers.length < holes.length
  const isSequence = [...numbers].sort((a, b) => a - b).every((number, i) => number === i + 1)
  if (isMixed || !isSequence || holes.some((hole) => !/^[a-z0-9_]+$/.test(hole)))
    field.refuse(
      'malformed',
      `Param ${field.name} must have the variables {{1}}, {{2}}, … without a gap, or lower-case names.`,
      { code: 100, subcode: bodyFormat },
    )
}

function checkFooter(footer: Field, category: string | undefined): void {
  const minutes = footer.get('code_expiration_minutes')
  minutes.optional(() => minutes.integer('codeExpirationMinutes'))
  const field = footer.get('text')
  if (category === 'AUTHENTICATION' && field.isAbsent) return
  const text = field.text('definitionFooter')
  if (text !== undefined && holesIn(text).length > 0)
    field.refuse('malformed', `Param ${field.name} may have no variables.`, {
      code: 100,
      subcode: footerFormat,
    })
}

function checkCarousel(carousel: Field): void {
  const shapes = new Set<string>()
  for (const card of carousel.get('cards').array('definitionCards') ?? []) {
    if (!card.object()) continue
    const shape: string[] = []
    for (const component of card.get('components').array() ?? []) {
      if (!component.object()) continue
      const { value } = component.get('type')
      const type = typeof value === 'string' ? value.toUpperCase() : ''
      if (type === 'HEADER') checkHeader(component)
      else if (type === 'BODY') component.get('text').text('definitionCardBody')
      else if (type === 'BUTTONS') shape.push(...checkButtons(component, 'definitionCardButtons'))
      else component.get('type').oneOf(['HEADER', 'BODY', 'BUTTONS'])
      shape.push(type)
    }
    shapes.add(shape.join())
  }
  if (shapes.size > 1)
    carousel
      .get('cards')
      .refuse('malformed', 'All cards must have the same components and buttons.', { code: 100 })
}
