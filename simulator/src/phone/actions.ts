import type { Gestures } from './bubble.ts'
import { callWords } from './call-words.ts'
import { type Ask, flowForm } from './flow-form.ts'
import { button, byId, control, element, type Json, objectOf, page, type Shown, textOf } from './page.ts'

/** Buttons below a bubble: of templates and of interactive messages. */
export function actionsOf(message: Shown, gestures: Gestures): Node[] {
  const own = objectOf(message.content)
  const action = objectOf(own.action)
  const made = message.template
    ? message.template.buttons.flatMap(({ type, text, url }) =>
        type === 'CALL_PERMISSION_REQUEST'
          ? permissionButtons(message, gestures)
          : button(text, () => {
              if (type === 'QUICK_REPLY') gestures.press(message, 'button', { text, payload: text })
              else if (type === 'VOICE_CALL') gestures.call('')
              else if (url) gestures.openSheet(text, [element('p', {}, `${page.words.opensLink} ${url}`)])
            }),
      )
    : message.type !== 'interactive'
      ? []
      : own.type === 'button'
        ? replyButtons(message, action, gestures)
        : own.type === 'list'
          ? [button(`☰ ${textOf(action.button)}`, () => openList(message, action, gestures))]
          : (special[textOf(own.type)]?.(message, action, gestures) ?? linkButton(action, gestures))
  return made.length > 0 ? [element('div', { class: 'actions' }, ...made)] : []
}

/** Kinds with an answer of their own. */
const special: Readonly<
  Record<string, (message: Shown, action: Json, gestures: Gestures) => HTMLElement[] | undefined>
> = {
  flow: (message, action, gestures) => {
    const parameters = objectOf(action.parameters)
    const label = textOf(parameters.flow_cta) || 'Flow'
    const send = (response: Json) => {
      gestures.closeSheet()
      const response_json = JSON.stringify({ flow_token: textOf(parameters.flow_token), ...response })
      const nfm_reply = { name: 'flow', body: 'Sent', response_json }
      gestures.press(message, 'interactive', { type: 'nfm_reply', nfm_reply })
    }
    const start = objectOf(parameters.flow_action_payload)
    const flow_id = textOf(parameters.flow_id)
    const ask: Ask = (action, screen, data) => {
      const flow_token = textOf(parameters.flow_token) || 'unused'
      const phone_number_id = byId<HTMLSelectElement>('number').value
      return control<Json>('exchange', { flow_id, phone_number_id, flow_token, action, screen, data })
    }
    const open = async () => {
      const { screens } = await control<{ screens: Json[] }>(`flow?id=${flow_id}`)
      const begun = parameters.flow_action === 'data_exchange' ? await ask('INIT', '', {}) : start
      const first = textOf(begun.screen)
      const form = flowForm(send, { screens, first, data: objectOf(begun.data), ask })
      gestures.openSheet(label, [form])
    }
    return [button(label, open)]
  },
  location_request_message: (message, _, gestures) => [
    button(`📍 ${page.words.place}`, () => {
      const place = { latitude: 4.6533, longitude: -74.0836, name: 'Mi casa', address: 'Calle 57 # 8-12' }
      gestures.press(message, 'location', place)
    }),
  ],
  request_contact_info: (message, _, gestures) => [
    button(`☎ ${page.words.shareContact}`, () => gestures.shareContact(message)),
  ],
  call_permission_request: (message, _, gestures) => permissionButtons(message, gestures),
  product: (_, action, gestures) => [
    showOnly(page.words.seeProduct, textOf(action.product_retailer_id), gestures),
  ],
  product_list: (_, action, gestures) => [showOnly(page.words.seeProducts, skusOf(action), gestures)],
  catalog_message: (_, action, gestures) => [
    showOnly(
      page.words.seeCatalog,
      textOf(objectOf(action.parameters).thumbnail_product_retailer_id),
      gestures,
    ),
  ],
  address_message: (message, _, gestures) => [
    button(page.words.giveAddress, () => {
      const response_json = JSON.stringify({ values: { name: 'Yo', city: 'Pune', address: 'MG Road 1' } })
      const nfm_reply = { name: 'address_message', body: 'MG Road 1', response_json }
      gestures.press(message, 'interactive', { type: 'nfm_reply', nfm_reply })
    }),
  ],
  voice_call: (_, action, gestures) => {
    const { display_text, payload } = objectOf(action.parameters)
    return [button(`✆ ${textOf(display_text) || page.words.call}`, () => gestures.call(textOf(payload)))]
  },
}

const permissionButtons = (message: Shown, gestures: Gestures): HTMLElement[] =>
  permissionAnswers().map(([label, response, is_permanent]) =>
    button(label, () => {
      const call_permission_reply = { response, is_permanent, response_source: 'user_action' }
      gestures.press(message, 'interactive', { type: 'call_permission_reply', call_permission_reply })
    }),
  )

const permissionAnswers = (): [label: string, response: 'accept' | 'reject', isPermanent: boolean][] => [
  [page.words.allowCalls, 'accept', false],
  [callWords().allowAlways, 'accept', true],
  [page.words.refuseCalls, 'reject', false],
]

const showOnly = (label: string, what: string, gestures: Gestures): HTMLElement =>
  button(label, () =>
    gestures.openSheet(label, [element('p', {}, `${page.words.opensLink} ${what || label}`)]),
  )

function skusOf(action: Json): string {
  const sections = Array.isArray(action.sections) ? action.sections.map(objectOf) : []
  const items = sections.flatMap(({ product_items }) => (Array.isArray(product_items) ? product_items : []))
  return items.map((item) => textOf(objectOf(item).product_retailer_id)).join(', ')
}

function replyButtons(message: Shown, action: Json, gestures: Gestures): HTMLElement[] {
  const buttons = Array.isArray(action.buttons) ? action.buttons : []
  return buttons.map((each) => {
    const { id, title } = objectOf(objectOf(each).reply)
    const content = { type: 'button_reply', button_reply: { id, title } }
    return button(textOf(title), () => gestures.press(message, 'interactive', content))
  })
}

function linkButton(action: Json, gestures: Gestures): HTMLElement[] {
  const { display_text, url, flow_cta } = objectOf(action.parameters)
  const label = textOf(display_text) || textOf(flow_cta)
  if (label === '') return []
  return [
    button(label, () =>
      gestures.openSheet(label, [element('p', {}, `${page.words.opensLink} ${textOf(url) || 'Flow'}`)]),
    ),
  ]
}

function openList(message: Shown, action: Json, gestures: Gestures): void {
  const sections = Array.isArray(action.sections) ? action.sections : []
  const rows = sections.flatMap((section) => {
    const { title, rows } = objectOf(section)
    const choices = (Array.isArray(rows) ? rows : []).map((row) => {
      const { id, title, description } = objectOf(row)
      const made = button(textOf(title), () => {
        gestures.closeSheet()
        const list_reply = { id, title, ...(description ? { description } : {}) }
        gestures.press(message, 'interactive', { type: 'list_reply', list_reply })
      })
      if (description) made.append(element('small', {}, textOf(description)))
      return made
    })
    return [...(title ? [element('h3', {}, textOf(title))] : []), ...choices]
  })
  gestures.openSheet(textOf(action.button), rows)
}
