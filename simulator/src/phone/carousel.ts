import { element, type Json, objectOf, textOf } from './page.ts'

/** The cards of a carousel, side by side; they scroll. */
export function carousel(action: Json, picture: (own: Json) => HTMLElement): HTMLElement {
  const cards = Array.isArray(action.cards) ? action.cards.map(objectOf) : []
  const made = cards.map((card) => {
    const header = objectOf(card.header)
    const file = objectOf(header.image ?? header.video)
    const own = objectOf(card.action)
    const labels = [
      textOf(objectOf(own.parameters).display_text),
      ...(Array.isArray(own.buttons) ? own.buttons : []).map((one) =>
        textOf(objectOf(objectOf(one).quick_reply).title),
      ),
    ].filter((label) => label !== '')
    return element(
      'div',
      { class: 'card' },
      picture(file),
      element('p', {}, textOf(objectOf(card.body).text)),
      ...labels.map((label) => element('span', { class: 'label' }, label)),
    )
  })
  return element('div', { class: 'cards', tabindex: '0' }, ...made)
}
