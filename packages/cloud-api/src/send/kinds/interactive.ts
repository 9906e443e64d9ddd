import type { LimitName } from '../../limits/limits.ts'
import type { Field } from '../field.ts'
import type { InteractiveType } from '../interactive.ts'
import { checkCarousel } from './carousel.ts'
import { checkMediaSource } from './media.ts'

type Need = 'required' | 'optional' | 'forbidden'

interface Form {
  header: Need
  /** Which headers there may be. */
  headers: readonly string[]
  body: Need
  footer: Need
  bodyLimit?: LimitName
  action(action: Field, isDirectSend: boolean): void
}

const anyHeader = ['text', 'image', 'video', 'document', 'gif'] as const
const form = (body: Need, footer: Need, action: Form['action'], more: Partial<Form> = {}): Form => ({
  header: 'optional',
  headers: anyHeader,
  body,
  footer,
  action,
  ...more,
})

const named = (name: string) => (action: Field) => void action.get('name').oneOf([name])

/** What each kind of interactive message is made of; `pages.sending` */
const forms: Readonly<Record<InteractiveType, Form>> = {
  button: form('required', 'optional', checkButtons),
  list: form('required', 'optional', checkList, { headers: ['text'], bodyLimit: 'listBody' }),
  cta_url: form('required', 'optional', checkCtaUrl),
  flow: form('required', 'optional', checkFlow),
  product: form('optional', 'optional', checkProduct, { header: 'forbidden' }),
  product_list: form('required', 'optional', checkProductList, { header: 'required', headers: ['text'] }),
  catalog_message: form('required', 'optional', checkCatalog, { header: 'forbidden' }),
  location_request_message: form('required', 'optional', named('send_location'), { header: 'forbidden' }),
  address_message: form('required', 'optional', checkAddress),
  voice_call: form('required', 'forbidden', checkVoiceCall, { header: 'forbidden' }),
  call_permission_request: form('optional', 'optional', named('call_permission_request')),
  request_contact_info: form('required', 'optional', named('request_contact_info')),
  carousel: form('required', 'forbidden', checkCarousel, { header: 'forbidden' }),
  order_details: form('required', 'optional', checkOrder('review_and_pay')),
  order_status: form('required', 'optional', checkOrder('review_order')),
}
const kinds = Object.keys(forms) as InteractiveType[]

/** Direct Send makes a template of it, which may have more buttons. */
export function checkInteractive(interactive: Field, root: Field): void {
  if (!interactive.object()) return
  const isDirectSend = root.get('category').value === 'utility'
  const kind = interactive.get('type').oneOf(kinds)
  if (kind === undefined) return
  const { header, headers, body, footer, bodyLimit = 'interactiveBody', action } = forms[kind]
  need(interactive.get('header'), header, kind, (field) => checkHeader(field, headers))
  need(interactive.get('body'), body, kind, (field) => field.object() && field.get('text').text(bodyLimit))
  const isBare = kind === 'location_request_message' && interactive.rules.locationRequestFooter === 'refuse'
  need(
    interactive.get('footer'),
    isBare ? 'forbidden' : footer,
    kind,
    (field) => field.object() && field.get('text').text('interactiveFooter'),
  )
  const own = interactive.get('action')
  if (own.object()) action(own, isDirectSend)
}

function need(field: Field, what: Need, kind: string, check: (field: Field) => unknown): void {
  if (what === 'forbidden') field.forbidden(`on interactive messages of type ${kind}`)
  else if (what === 'required' || !field.isAbsent) check(field)
}

export function checkHeader(header: Field, allowed: readonly string[]): void {
  if (!header.object()) return
  const type = header.get('type').oneOf(allowed)
  if (type === 'text') {
    header.get('text').text('interactiveHeader')
    header.get('sub_text').optional((field) => field.text('interactiveHeader'))
  } else if (type) checkMediaSource(header.get(type))
}

function checkButtons(action: Field, isDirectSend: boolean): void {
  const list = action.get('buttons')
  const ids = new Set<string>()
  const titles = new Set<string>()
  let links = 0
  for (const button of list.array(isDirectSend ? 'directSendButtons' : 'replyButtons') ?? []) {
    if (!button.object()) continue
    const type = button.get('type').oneOf(isDirectSend ? ['reply', 'cta_url', 'url'] : ['reply'])
    if (type === 'cta_url' || type === 'url') {
      links++
      // How Meta writes such a button inside a list is not seen: only that it has an object of its type. [?]
      if (button.get(type).object())
        button
          .get(type)
          .get('url')
          .optional((url) => url.url('ctaUrl'))
      continue
    }
    checkReply(button.get('reply'), ids, titles)
  }
  list.atMost(links, 'directSendUrlButtons', 'URL buttons')
}

function checkReply(reply: Field, ids: Set<string>, titles: Set<string>): void {
  if (!reply.object()) return
  const id = reply.get('id')
  const idText = id.text('replyButtonId')
  if (idText !== undefined && idText !== idText.trim())
    id.refuse('malformed', `Param ${id.name} must not begin or end with a space.`)
  unique(id, ids)
  reply.get('title').text('replyButtonTitle')
  unique(reply.get('title'), titles)
}

/** Reports the second of two equal texts. */
export function unique(field: Field, seen: Set<string>): void {
  if (typeof field.value !== 'string') return
  if (seen.has(field.value)) field.refuse('not_unique', `Param ${field.name} must be unique in the message.`)
  seen.add(field.value)
}

function checkList(action: Field): void {
  action.get('button').text('listButton')
  const sections = action.get('sections').array('listSections') ?? []
  const rowIds = new Set<string>()
  let rowCount = 0
  for (const section of sections) {
    if (!section.object()) continue
    checkSectionTitle(section, sections.length, 'listSectionTitle')
    const rows = section.get('rows').array() ?? []
    if (rows.length === 0 && !section.get('rows').isAbsent)
      section
        .get('rows')
        .refuse('too_few', `Param ${section.get('rows').name} must have at least 1 row.`, { limit: 1 })
    rowCount += rows.length
    if (rowCount > action.maxOf('listRows')) break
    for (const row of rows) {
      if (!row.object()) continue
      row.get('id').text('listRowId')
      unique(row.get('id'), rowIds)
      row.get('title').text('listRowTitle')
      row.get('description').optional((field) => field.text('listRowDescription'))
    }
  }
  action.get('sections').atMost(rowCount, 'listRows', 'rows over all sections')
}

function checkSectionTitle(section: Field, sections: number, limit: LimitName): void {
  const title = section.get('title')
  if (sections > 1 || !title.isAbsent) title.text(limit)
}

export function checkCtaUrl(action: Field): void {
  action.get('name').oneOf(['cta_url'])
  const parameters = action.get('parameters')
  if (!parameters.object()) return
  parameters.get('display_text').text('ctaText')
  parameters.get('url').url('ctaUrl')
}

function checkFlow(action: Field): void {
  action.get('name').oneOf(['flow'])
  const parameters = action.get('parameters')
  if (!parameters.object()) return
  parameters.get('flow_message_version').optional((field) => field.id('mediaId'))
  const cta = parameters.get('flow_cta')
  if (emoji.test(cta.text('flowCta') ?? ''))
    cta.refuse('malformed', `Param ${cta.name} must not contain emoji.`)
  const id = parameters.get('flow_id')
  const name = parameters.get('flow_name')
  if (id.isAbsent === name.isAbsent)
    parameters.refuse(
      id.isAbsent ? 'missing' : 'not_allowed',
      `Param ${parameters.name} needs either flow_id or flow_name.`,
    )
  parameters.get('mode').optional((field) => field.oneOf(['draft', 'published']))
  parameters.get('flow_action').optional((field) => field.oneOf(['navigate', 'data_exchange']))
  parameters.get('flow_action_payload').optional((payload) => {
    if (!payload.object()) return
    payload.get('screen').optional((field) => field.text('mediaId'))
    const data = payload.get('data')
    if (!data.isAbsent && Object.keys(data.object() ?? { any: 0 }).length === 0)
      data.refuse('too_few', `Param ${data.name} must not be empty.`, { limit: 1 })
  })
}

const emoji = /\p{Extended_Pictographic}/u

function checkCatalog(action: Field): void {
  action.get('name').oneOf(['catalog_message'])
  action.get('parameters').optional((parameters) => {
    if (parameters.object())
      parameters.get('thumbnail_product_retailer_id').optional((field) => field.id('mediaId'))
  })
}

function checkProduct(action: Field): void {
  action.get('catalog_id').id('mediaId')
  action.get('product_retailer_id').id('mediaId')
}

function checkProductList(action: Field): void {
  action.get('catalog_id').id('mediaId')
  const sections = action.get('sections').array('productSections') ?? []
  let products = 0
  for (const section of sections) {
    if (!section.object()) continue
    checkSectionTitle(section, sections.length, 'productSectionTitle')
    const list = section.get('product_items').array('products') ?? []
    products += list.length
    for (const item of list) if (item.object()) item.get('product_retailer_id').id('mediaId')
  }
  action.get('sections').atMost(products, 'products', 'products over all sections')
}

function checkAddress(action: Field): void {
  action.get('name').oneOf(['address_message'])
  if (action.get('parameters').object()) action.get('parameters').get('country').text('templateLanguage')
}

function checkVoiceCall(action: Field): void {
  action.get('name').oneOf(['voice_call'])
  action.get('parameters').optional((parameters) => {
    if (!parameters.object()) return
    parameters.get('display_text').optional((field) => field.text('callText'))
    parameters.get('ttl_minutes').optional((field) => field.integer('callTtlMinutes'))
  })
}

function checkOrder(name: string): Form['action'] {
  return (action) => {
    action.get('name').oneOf([name])
    const parameters = action.get('parameters')
    if (parameters.object()) parameters.get('reference_id').id('orderReference')
  }
}
